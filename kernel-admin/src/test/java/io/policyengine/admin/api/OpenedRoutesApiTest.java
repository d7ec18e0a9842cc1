package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.policy.Fact;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes by the management API that open a route: {@code max_opened_routes}. */
class OpenedRoutesApiTest {
    private static final String ROUTES = "routes/routes.yaml";
    private static final String OPEN = """
            {"request_flow": {"policy_chain": [{"policy": "auth", "when": "request.method == 'GET'"}]}}""";

    private final KernelHarness kernel = ManagedKernels.create();

    OpenedRoutesApiTest() {
        kernel.worker("w")
                .with(
                        "auth",
                        Policies.denying(401, "no"),
                        Fact.PROVIDES_IDENTITY,
                        Fact.DENIES_ANONYMOUS,
                        Fact.MAY_DENY,
                        Fact.DECLARES_ALL_EFFECTS);
        kernel.start(
                "workers: [ { name: w } ]\nunknown_route: deny\n",
                KernelHarness.route("r", "[ { policy: auth } ]", "[]"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private Answer call(HttpMethod method, String path, @Nullable String body) {
        return Answer.of(kernel, method, path, body, Map.of());
    }

    private String who() {
        return call(HttpMethod.GET, "/routes", null).text("/routes/0/who");
    }

    @Test
    void aRouteIsOpenedOnlyIfTheCallerAllowsIt() {
        String before = who();

        Answer refused = call(HttpMethod.PUT, "/routes/r", OPEN);
        Answer misspelt = call(HttpMethod.PUT, "/routes/r?allow_open=yes", OPEN);
        Answer lossAllowed = call(HttpMethod.PUT, "/routes/r?allow_loss=true", OPEN);
        Answer allowed = call(HttpMethod.PUT, "/routes/r?allow_open=true", OPEN);

        assertThat(before).isEqualTo("every request has an identity by 'auth'");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("/detail")).contains("route 'r' would open");
        assertThat(misspelt.text("/code")).isEqualTo("invalid_query");
        assertThat(lossAllowed.status()).isEqualTo(422);
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(who()).isEqualTo("without an identity if the condition of 'auth' is false");
        assertThat(call(HttpMethod.GET, "/config", null).body().path("opened_routes"))
                .hasSize(1);
    }

    @Test
    void aRollbackToAnOpenConfigurationIsRefusedToo() {
        Answer open = call(HttpMethod.PUT, "/routes/r?allow_open=true", OPEN);
        String rollback = "/generations/" + open.body().path("generation").asLong() + ":rollback";
        call(HttpMethod.PUT, "/routes/r", "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"auth\"}]}}");

        Answer refused = call(HttpMethod.POST, rollback, null);
        Answer allowed = call(HttpMethod.POST, rollback + "?allow_open=true", null);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(allowed.status()).isEqualTo(200);
    }

    @Test
    void aReloadAndACheckFollowTheSameRule() {
        kernel.write(ROUTES, KernelHarness.route("r", "[]", "[]"));

        assertThat(call(HttpMethod.POST, "/config:reload", null).text("/status"))
                .isEqualTo("failure");
        assertThat(call(HttpMethod.POST, "/config:validate", "{\"files\": {\"routes/routes.yaml\": null}}")
                        .body()
                        .path("valid")
                        .asBoolean())
                .isFalse();
        assertThat(call(HttpMethod.POST, "/config:reload?allow_open=true&allow_loss=true", null)
                        .text("/status"))
                .isEqualTo("success");
    }

    @Test
    void anEmergencyOverrideNeedsNoAllowance() {
        Answer off = call(HttpMethod.PUT, "/overrides/policy/auth", "{\"mode\": \"off\", \"reason\": \"test\"}");

        assertThat(off.status()).isEqualTo(200);
        assertThat(who()).startsWith("without an identity");
    }
}
