package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches that together want more memory than there is: each route is served, also while they are replaced. */
class SharedCacheMemoryTest {
    private static final int ROUTES = 8;
    private static final String SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2";

    @TempDir
    Path directory;

    private final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));

    @BeforeEach
    void start() {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        write(10);
        StandardWorker.start(engine, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    /** Writes routes, each with issuers of its own, and so with a cache of its own: 8 GB if it were full. */
    private void write(int firstLeeway) {
        String routes = IntStream.range(0, ROUTES)
                .mapToObj(i -> """
                          - route_name: /r%d
                            request_flow:
                              policy_chain:
                                - policy: jwtValidation
                                  params:
                                    issuers: [ { issuer: me, secret: %s, leeway_s: %d } ]
                                    cache: { max_entries: 1000000 }
                        """.formatted(i, SECRET, firstLeeway + i))
                .collect(Collectors.joining());
        KernelUnderTest.write(directory, "routes/routes.yaml", "route_policies:\n" + routes);
    }

    @Test
    void noRequestFailsBeforeDuringOrAfterAReload() {
        requireAllServed("at the start");

        for (int generation = 1; generation <= 3; generation++) {
            write(10 + 100 * generation);
            Future<ReloadResult> reload = engine.kernel().reloads().reload(Origin.FILES);
            do {
                requireAllServed("during reload " + generation);
            } while (!reload.isComplete());
            assertThat(Await.result(reload).status()).isEqualTo(ReloadResult.Status.SUCCESS);
            requireAllServed("after reload " + generation);
        }
    }

    private void requireAllServed(String when) {
        for (int i = 0; i < ROUTES; i++) {
            SimRequest request = SimRequest.get("/", "authorization", "Bearer " + token());
            assertThat(engine.exchange("/r" + i, request, SimResponse.of(200)).status())
                    .as("%s, route %d", when, i)
                    .isEqualTo(200);
        }
    }

    private static String token() {
        try {
            String signed = base64url("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                    + base64url(
                            "{\"iss\":\"me\",\"sub\":\"alice\",\"exp\":4000000000}".getBytes(StandardCharsets.UTF_8));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64url(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
