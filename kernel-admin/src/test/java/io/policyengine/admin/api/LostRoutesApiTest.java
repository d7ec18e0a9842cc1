package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes by the management API that lose many routes: SPEC §4, {@code max_lost_routes}. */
class LostRoutesApiTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    private static final String ROUTES = "routes/routes.yaml";

    private final KernelHarness kernel = ManagedKernels.create();

    @BeforeEach
    void policies() {
        kernel.worker("w").with("deny", Policies.denying(401, "no"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** So many routes r1, r2, … with this policy. */
    private static String routes(int first, int last, String policy) {
        return "route_policies:\n"
                + IntStream.rangeClosed(first, last)
                        .mapToObj(i -> "  - { route_name: r" + i + ", request_flow: { policy_chain: [ { policy: "
                                + policy + " } ] } }\n")
                        .collect(Collectors.joining());
    }

    private Answer post(String path) {
        return Answer.of(kernel, HttpMethod.POST, path, null, Map.of());
    }

    @Test
    void theApiLetsThemGoWhereTheCallerSaysSo() {
        kernel.start(WORKER, routes(1, 10, "deny"));
        kernel.write(ROUTES, routes(1, 1, "deny"));

        Answer unsure = post("/config:reload");
        Answer misspelt = post("/config:reload?allow_loss=yes");
        Answer sure = post("/config:reload?allow_loss=true");
        Answer back = post("/generations/1:rollback");
        String small = "/generations/" + sure.body().path("generation").asLong() + ":rollback";
        Answer forth = post(small);
        Answer forthSurely = post(small + "?allow_loss=true");

        assertThat(unsure.text("/status")).isEqualTo("failure");
        assertThat(misspelt.status()).isEqualTo(400);
        assertThat(misspelt.text("/code")).isEqualTo("invalid_query");
        assertThat(sure.text("/status")).isEqualTo("success");
        assertThat(back.status()).isEqualTo(200);
        assertThat(forth.status()).isEqualTo(422);
        assertThat(forth.text("/detail")).contains("9 would be lost");
        assertThat(forthSurely.status()).isEqualTo(200);
    }

    @Test
    void theConfigurationShowsThoseThatWereLost() {
        kernel.start(WORKER, routes(1, 10, "deny"));
        kernel.write(ROUTES, routes(1, 1, "deny"));

        post("/config:reload?allow_loss=true");

        assertThat(Answer.of(kernel, HttpMethod.GET, "/config", null, Map.of())
                        .body()
                        .path("lost_routes"))
                .hasSize(9);
    }

    @Test
    void whoRemovesARouteByItsNameMeansIt() {
        kernel.start(WORKER + "max_lost_routes: 0\n", routes(1, 10, "deny"));

        Answer removed = Answer.of(kernel, HttpMethod.DELETE, "/routes/r10", null, Map.of());

        assertThat(removed.status()).isEqualTo(200);
        assertThat(kernel.admin("/health/ready")).contains("'r10'");
    }

    @Test
    void theApiMayCutShortWhatItWritesItself() {
        kernel.start(WORKER, """
                route_policies:
                  - route_name: r1
                    request_flow:
                      policy_chain:
                        - policy: deny
                        - policy: deny
                          name: again
                """);

        Answer written = Answer.of(kernel, HttpMethod.PUT, "/routes/r1", """
                {"request_flow": {"policy_chain": [{"policy": "deny"}]}}""", Map.of());

        assertThat(written.status()).isEqualTo(200);
    }
}
