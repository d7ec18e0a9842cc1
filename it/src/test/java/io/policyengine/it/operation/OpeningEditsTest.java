package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.Problem;
import io.policyengine.it.engine.StandardEngine;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits of the files of a running engine, with the policies of the project, that would open a route. */
class OpeningEditsTest extends StandardEngine {
    private static final String KEYS =
            "policy: apiKeyAuth, params: { keys: [ { consumer: alice, plain: alices-key } ] }";
    private static final String ROLES = "{ policy: roleCheck, params: { required_roles: admin } }";
    private static final String LIMIT = "{ policy: rateLimit, params: { requests_per_second: 1000, burst: 1000 } }";
    private static final String CHAIN = "{ " + KEYS + " }, " + LIMIT;

    @BeforeEach
    void serve() {
        kernel();
        route(CHAIN);
        start();
    }

    private void route(String chain) {
        routes("routes.yaml", "  - route_name: /r\n    request_flow: { policy_chain: [ " + chain + " ] }\n");
    }

    private ReloadResult reload() {
        return Await.result(engine.kernel().reloads().reload(Origin.FILES));
    }

    private int status(String... headers) {
        return engine.exchange("/r", SimRequest.get("/", headers), SimResponse.of(200))
                .status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the entry that authenticates is gone, conditional, optional or lenient
                LIMIT,
                "{ when: \"!('x-beta' in request.headers)\", " + KEYS + " }, " + LIMIT,
                "{ policy: apiKeyAuth, params: { required: false, keys: [ { consumer: alice, plain: alices-key } ] } }, "
                        + LIMIT,
                "{ on_overload: continue, " + KEYS + " }, " + LIMIT,
                "{ mode: shadow, " + KEYS + " }, " + LIMIT,
                // a cache answers before it, the limit is gone
                "{ policy: cache }, " + CHAIN,
                "{ " + KEYS + " }"
            })
    void anEditThatOpensTheRouteIsRejected(String chain) {
        route(chain);

        ReloadResult result = reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems())
                .extracting(Problem::message)
                .allSatisfy(message -> assertThat(message).startsWith("route '/r' would open"));
        assertThat(status()).isEqualTo(401);
        assertThat(status("x-api-key", "alices-key")).isEqualTo(200);
    }

    /** Four optional authenticators open 16 ways, of which eight are listed. */
    @Test
    void anEditWithMoreWaysThanAreListedIsRejectedAlsoIfItAcceptsEachOfThem() {
        List<String> entries = new ArrayList<>();
        for (int entry = 0; entry < 4; entry++) {
            entries.add("{ name: a" + entry + ", when: \"'x-" + entry + "' in request.headers\", policy: apiKeyAuth,"
                    + " params: { required: false, keys: [ { consumer: alice, plain: alices-key } ] } }");
        }
        List<String> items = new ArrayList<>();
        for (int way = 0; way < 16; way++) {
            List<String> causes = new ArrayList<>();
            List<String> conditions = new ArrayList<>();
            for (int entry = 0; entry < 4; entry++) {
                boolean isFalse = (way >> entry & 1) == 1;
                causes.add((isFalse ? "condition_false a" : "no_credentials a") + entry);
                if (isFalse) {
                    conditions.add("\"'x-" + entry + "' in request.headers\"");
                }
            }
            items.add("{ no_identity_when: " + causes + (conditions.isEmpty() ? "" : ", condition: " + conditions)
                    + ", reason: known }");
        }
        routes(
                "routes.yaml",
                "  - route_name: /r\n    accept: [ " + String.join(", ", items)
                        + " ]\n    request_flow: { policy_chain: [ " + String.join(", ", entries) + ", " + LIMIT
                        + " ] }\n");

        ReloadResult result = reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems())
                .extracting(Problem::message)
                .anySatisfy(message -> assertThat(message)
                        .startsWith("route '/r' would open")
                        .contains("in more ways than can be listed and accepted"));
        assertThat(status()).isEqualTo(401);
    }

    @Test
    void logMetricAndHealthSayWhyAnEditIsRejected() {
        route("{ when: \"!('x-beta' in request.headers)\", " + KEYS + " }, " + LIMIT);
        String metric = "policy_kernel_config_reload_total{status=\"failure\"}";

        try (CapturedLog log = CapturedLog.of(ReloadCoordinator.class)) {
            // The scan of the files may be the first to see it.
            reload();

            Await.untilAsserted(() -> assertThat(log.messages())
                    .anySatisfy(message -> assertThat(message)
                            .startsWith("ERROR route '/r' would open")
                            .contains("without an identity if the condition of 'apiKeyAuth' is false")));
        }
        assertThat(engine.metric(metric)).isPositive();
        assertThat(engine.admin("/health/ready")).contains("was rejected and generation 1 stays", "'/r' would open");
    }

    @Test
    void anEditThatClosesTheRouteFurtherIsTaken() {
        route("{ " + KEYS + " }, " + LIMIT + ", " + ROLES);

        assertThat(reload().status()).isEqualTo(Status.SUCCESS);
        assertThat(status("x-api-key", "alices-key")).isEqualTo(403);
    }

    @Test
    void anotherWayToAuthenticateOpensNothing() {
        route("{ policy: basicAuth, params: { users: { alice: \"{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\" } } }, " + LIMIT);

        assertThat(reload().problems()).isEmpty();
        assertThat(status("x-api-key", "alices-key")).isEqualTo(401);
    }

    @Test
    void theFilesMayAllowIt() {
        kernel("allow_open: true");
        route(LIMIT);

        assertThat(reload().status()).isEqualTo(Status.SUCCESS);
        assertThat(status()).isEqualTo(200);
    }
}
