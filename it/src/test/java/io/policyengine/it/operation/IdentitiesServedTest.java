package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Identities in chains of a whole engine: a later identity replaces the former, and no client gets another's answer. */
class IdentitiesServedTest {
    private static final String OURS = "a secret of us, thirty-two octets";
    private static final String THEIRS = "a secret of a partner, of 32 octets";
    private static final String AUTHENTICATION = """
            { policy: jwtValidation, params: { required: false, claims_to_headers: { X-Tenant: tenant }, issuers: [ { issuer: me, secret: "%s" }, { issuer: partner, secret: "%s" } ] } },
                    { policy: apiKeyAuth, params: { required: false, keys: [ { consumer: bob, plain: k }, { consumer: gold, plain: g, attributes: { tier: gold } } ] } }""".formatted(OURS, THEIRS);

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
        KernelUnderTest.write(directory, "routes/identities.yaml", """
                route_policies:
                  - route_name: /seen
                    request_flow:
                      policy_chain: [ %s,
                        { policy: transformHeaders, params: { set: { X-Seen: "${identity.id} ${metadata.user_tier} ${metadata.identity.issuer} ${request.header.X-Tenant}" } } } ]
                  - route_name: /cached
                    request_flow: { policy_chain: [ %s, { policy: cache } ] }
                    response_flow: { policy_chain: [ { policy: cache } ] }
                """.formatted(AUTHENTICATION, AUTHENTICATION));
        LocalWorker worker = new LocalWorker(
                engine.vertx(),
                WorkerOptions.defaults("default-worker", "0.0.1", directory),
                PolicyRegistry.of(StandardPolicies.all()),
                new SimpleMeterRegistry());
        engine.start(directory, new ListedWorkers(List.of(new EmbeddedWorker(worker))));
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aLaterIdentityHasNothingOfTheFormer() {
        String mallory = token("partner", "mallory", THEIRS, "\"tier\":\"gold\",\"tenant\":\"evil\"");

        assertThat(seen("authorization", mallory)).isEqualTo("mallory gold partner evil");
        assertThat(seen("authorization", mallory, "x-api-key", "k")).isEqualTo("bob");
        assertThat(seen("x-api-key", "g")).isEqualTo("gold gold");
        HeaderMap reached = exchange("/seen", "upstream", "authorization", mallory, "x-api-key", "k")
                .reached()
                .headers();
        assertThat(reached.getAll("x-user-id")).containsExactly("bob");
        assertThat(reached.contains("x-tenant")).isFalse();
    }

    @Test
    void aPartnersUsersDoNotShareAnswersAndATokensOwnerDoes() {
        String alice = token("me", "alice", OURS, "\"tenant\":\"a\",\"jti\":\"1\"");
        String renewed = token("me", "alice", OURS, "\"jti\":\"2\",\"tenant\":\"a\"");
        String elsewhere = token("me", "alice", OURS, "\"tenant\":\"b\"");
        String partners = token("partner", "alice", THEIRS, "\"tenant\":\"a\"");

        assertThat(cached("a", "authorization", alice)).isEqualTo("a");
        assertThat(cached("b", "authorization", renewed)).isEqualTo("a");
        assertThat(cached("c", "authorization", elsewhere)).isEqualTo("c");
        assertThat(cached("d", "authorization", partners)).isEqualTo("d");
        assertThat(cached("e", "authorization", "Basic a", "x-api-key", "k")).isEqualTo("e");
        assertThat(cached("f", "authorization", "Basic b", "x-api-key", "k")).isEqualTo("f");
        assertThat(cached("g", "authorization", "Basic a", "x-api-key", "k")).isEqualTo("e");
        assertThat(cached("h", "dpop", "a", "x-api-key", "k")).isEqualTo("h");
        assertThat(cached("i", "dpop", "b", "x-api-key", "k")).isEqualTo("i");
    }

    private String seen(String... fields) {
        return String.valueOf(exchange("/seen", "upstream", fields).reached().header("x-seen"))
                .strip();
    }

    private String cached(String answer, String... fields) {
        return exchange("/cached", answer, fields).response().bodyText();
    }

    private SimResult exchange(String route, String answer, String... fields) {
        return engine.exchange(
                route,
                SimRequest.get("/", fields),
                SimResponse.of(200, answer).withHeader("cache-control", "public, max-age=60"));
    }

    private static String token(String issuer, String subject, String secret, String claims) {
        String signed = encoded("{\"alg\":\"HS256\"}")
                + "."
                + encoded("{\"iss\":\"%s\",\"sub\":\"%s\",\"exp\":9999999999,%s}".formatted(issuer, subject, claims));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
            return "Bearer " + signed + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
