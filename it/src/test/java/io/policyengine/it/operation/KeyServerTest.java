package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of keys that does what it should not, by real connections: no good token waits for it or is refused. */
class KeyServerTest {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final String ROUTE = "orders";

    @TempDir
    Path directory;

    private final AtomicReference<Handler<HttpServerRequest>> behaviour = new AtomicReference<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger ledAway = new AtomicInteger();

    @Test
    void noGoodTokenIsRefusedWhateverTheServerOfKeysDoes() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        String keys = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\""
                + BASE64URL.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + "\"}]}";
        String good = token(pair, "a");
        String unknown = token(pair, "b");
        behaviour.set(request -> request.response().end(keys));

        try (KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE))) {
            serve(engine, listen(engine.vertx()).actualPort());
            Await.until("the keys are fetched", () -> status(engine, good) == 200);

            for (Map.Entry<String, Handler<HttpServerRequest>> attack :
                    attacks(engine.vertx()).entrySet()) {
                behaviour.set(attack.getValue());
                asked.set(0);
                Await.until(attack.getKey(), () -> {
                    assertThat(status(engine, unknown)).as(attack.getKey()).isEqualTo(401);
                    assertThat(status(engine, good)).as(attack.getKey()).isEqualTo(200);
                    return asked.get() > 0;
                });
            }

            assertThat(ledAway.get()).isZero();
            behaviour.set(request -> request.response().end(keys.replace("\"a\"", "\"b\"")));
            Await.until("the new key is known", () -> status(engine, unknown) == 200);
            assertThat(status(engine, good)).isEqualTo(401);
        }
    }

    private static Map<String, Handler<HttpServerRequest>> attacks(Vertx vertx) {
        Map<String, Handler<HttpServerRequest>> attacks = new LinkedHashMap<>();
        attacks.put("hangs", _ -> {});
        attacks.put("trickles", request -> {
            request.response().setChunked(true);
            vertx.setPeriodic(50, timer -> {
                if (request.response().closed()) {
                    vertx.cancelTimer(timer);
                } else {
                    request.response().write(" ");
                }
            });
        });
        attacks.put(
                "redirects",
                request -> request.response()
                        .setStatusCode(302)
                        .putHeader("location", "/elsewhere")
                        .end());
        attacks.put("fails", request -> request.response().setStatusCode(500).end());
        attacks.put("closes", request -> request.connection().close());
        attacks.put("garbage", request -> request.response().end(Buffer.buffer(new byte[] {0, -1, '{'})));
        attacks.put("10 MB", request -> request.response().end(Buffer.buffer(new byte[10_000_000])));
        return attacks;
    }

    private HttpServer listen(Vertx vertx) {
        return Await.result(vertx.createHttpServer()
                .requestHandler(request -> {
                    if (Objects.equals(request.path(), "/elsewhere")) {
                        ledAway.incrementAndGet();
                    }
                    asked.incrementAndGet();
                    behaviour.get().handle(request);
                })
                .listen(0, "127.0.0.1"));
    }

    private void serve(KernelUnderTest engine, int port) {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        KernelUnderTest.write(directory, "routes/orders.yaml", """
                route_policies:
                  - route_name: orders
                    request_flow:
                      policy_chain:
                        - policy: jwtValidation
                          timeout_ms: 10000
                          params:
                            issuers: [ { issuer: me, jwks_uri: "http://127.0.0.1:%s/keys" } ]
                            jwks: { cooldown_s: 1 }
                """.formatted(port));
        StandardWorker.start(engine, directory);
    }

    private static int status(KernelUnderTest engine, String token) {
        return engine.exchange(
                        ROUTE, SimRequest.get("/orders", "authorization", "Bearer " + token), SimResponse.of(200))
                .status();
    }

    private static String token(KeyPair pair, String kid) throws Exception {
        String signed = base64url("{\"alg\":\"EdDSA\",\"kid\":\"" + kid + "\"}") + "."
                + base64url("{\"iss\":\"me\",\"sub\":\"alice\",\"exp\":"
                        + (Instant.now().getEpochSecond() + 3600) + "}");
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64URL.encodeToString(signature.sign());
    }

    private static String base64url(String text) {
        return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
