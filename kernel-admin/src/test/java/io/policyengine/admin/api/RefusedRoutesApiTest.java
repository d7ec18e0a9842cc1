package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes, by files and by the management API, that would refuse a served route: {@code on_refused_route}. */
class RefusedRoutesApiTest {
    private static final String ROUTES = "routes/routes.yaml";
    private static final String GOOD = "[ { policy: one } ]";
    private static final String BAD = "[ { policy: one, params: { problem: unknown key } } ]";
    private static final String OVERRIDE = "/overrides/policy/one";

    private final KernelHarness kernel = ManagedKernels.create();

    RefusedRoutesApiTest() {
        kernel.worker("w").with("one", Policies.request(new SetHeader("x-policy", "one")));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start(String settings, String chain) {
        kernel.start("workers: [ { name: w } ]\n" + settings, KernelHarness.route("r", chain, "[]"));
    }

    private void edit(String chain) {
        kernel.write(ROUTES, KernelHarness.route("r", chain, "[]"));
    }

    private Answer call(HttpMethod method, String path, @Nullable String body) {
        return Answer.of(kernel, method, path, body, Map.of());
    }

    private Answer config() {
        return call(HttpMethod.GET, "/config", null);
    }

    @Test
    void theLastReloadNamesTheRouteAndThePlaceOfItsProblem() {
        start("", GOOD);
        edit(BAD);

        Answer reload = call(HttpMethod.POST, "/config:reload", null);

        assertThat(reload.text("/status")).isEqualTo("failure");
        assertThat(reload.body().path("problem_count").asInt()).isEqualTo(1);
        assertThat(config().text("/last_reload/rejected/0/route")).isEqualTo("r");
        assertThat(config().text("/last_reload/rejected/0/problems/0/file")).isEqualTo(ROUTES);
        assertThat(config().body().at("/last_reload/rejected/0/problems/0/line").asInt())
                .isEqualTo(3);
        assertThat(config().body().path("unserved").asInt()).isZero();
        assertThat(kernel.get("r").status()).isEqualTo(200);
    }

    @Test
    void theLastReloadHasNoProblemOnceTheFileIsRestored() {
        start("", GOOD);
        edit(BAD);
        call(HttpMethod.POST, "/config:reload", null);

        edit(GOOD);

        Await.until(() -> config().text("/last_reload/status").equals("unchanged"));
        assertThat(config().body().at("/last_reload/problem_count").asInt()).isZero();
        assertThat(config().body().at("/last_reload/rejected")).isEmpty();
        assertThat(config().text("/last_reload/hash")).isEqualTo(config().text("/generation/hash"));
        assertThat(kernel.admin("/health/ready")).doesNotContain("was rejected");
        assertThat(kernel.metric("policy_kernel_config_last_reload_successful")).isEqualTo(1);
    }

    @Test
    void aRejectionOfFilesStaysReportedAfterARejectedChangeByTheApi() {
        start("", GOOD);
        edit(BAD);
        call(HttpMethod.POST, "/config:reload", null);
        ConfTexts others = kernel.reloads().texts().with(new FileEdit(ROUTES, "route_policies: ["));

        Await.result(kernel.reloads().tryCandidate(others, Origin.API, LossGuard.FULL));

        assertThat(kernel.admin("/health/ready")).contains("was rejected", ROUTES + ":3:");
        assertThat(kernel.metric("policy_kernel_config_last_reload_successful")).isZero();
    }

    @Test
    void whatIsLeftOutIsReportedThoughTheReloadSucceeds() {
        start("on_refused_route: keep\n", GOOD);
        edit(BAD);

        Answer reload = call(HttpMethod.POST, "/config:reload", null);

        assertThat(reload.text("/status")).isEqualTo("success");
        assertThat(reload.text("/rejected/0/route")).isEqualTo("r");
        assertThat(reload.text("/problems/0/message")).contains("unknown key", "which stay served as before");
        assertThat(kernel.get("r").status()).isEqualTo(200);
    }

    @Test
    void validationAndChangesByTheApiSayTheSame() {
        start("on_refused_route: keep\n", GOOD);
        String chain =
                "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"one\", \"params\": {\"problem\": \"bad\"}}]}}";
        String files = "{\"files\": {\"routes/more.yaml\": \"route_policies: [ { route_name: s, request_flow: {"
                + " policy_chain: [ { policy: unheardOf } ] } } ]\"}}";

        Answer put = call(HttpMethod.PUT, "/routes/r", chain);
        Answer validated = call(HttpMethod.POST, "/config:validate", files);

        assertThat(put.status()).isEqualTo(422);
        assertThat(put.text("/problems/0/message")).contains("'problem': bad");
        assertThat(validated.body().path("valid").asBoolean()).isFalse();
        assertThat(kernel.get("r").status()).isEqualTo(200);
        assertThat(kernel.read(ROUTES)).contains(GOOD);
    }

    @Test
    void anOverrideThatHidesAMistakeIsNotRemovedBeforeItIsCorrected() {
        start("", BAD);
        call(HttpMethod.PUT, OVERRIDE, "{\"mode\": \"off\", \"reason\": \"it is mistyped\"}");
        String written = kernel.read("overrides.yaml");
        int off = kernel.get("r").status();

        Answer removed = call(HttpMethod.DELETE, OVERRIDE, null);

        assertThat(off).isEqualTo(200);
        assertThat(removed.status()).isEqualTo(422);
        assertThat(removed.text("/problems/0/message")).contains("requests of 'r'");
        assertThat(kernel.read("overrides.yaml")).isEqualTo(written);
        assertThat(kernel.get("r").status()).isEqualTo(200);
        edit(GOOD);
        assertThat(call(HttpMethod.POST, "/config:reload", null).text("/status"))
                .isEqualTo("success");
        assertThat(call(HttpMethod.DELETE, OVERRIDE, null).status()).isEqualTo(200);
        assertThat(kernel.get("r").reached().header("x-policy")).isEqualTo("one");
    }

    @Test
    void filesThatAreRejectedStayReportedAfterAnOverride() {
        start("", GOOD);
        edit(BAD);
        call(HttpMethod.POST, "/config:reload", null);

        Answer put =
                call(HttpMethod.PUT, "/overrides/policy/another", "{\"mode\": \"off\", \"reason\": \"it is slow\"}");

        assertThat(put.status()).isEqualTo(200);
        Await.until(() -> config().text("/last_reload/status").equals("failure"));
        assertThat(kernel.admin("/health/ready")).contains("was rejected", ROUTES + ":3:");
        assertThat(kernel.metric("policy_kernel_config_last_reload_successful")).isZero();
    }

    @Test
    void anOverrideStillTakesEffectWhileAPartOfTheFilesIsLeftOut() {
        start("on_refused_route: keep\n", GOOD);
        edit(BAD);
        call(HttpMethod.POST, "/config:reload", null);

        Answer put = call(HttpMethod.PUT, OVERRIDE, "{\"mode\": \"off\", \"reason\": \"it is slow\"}");
        String off = String.valueOf(kernel.get("r").reached().header("x-policy"));
        Answer removed = call(HttpMethod.DELETE, OVERRIDE, null);

        assertThat(put.status()).isEqualTo(200);
        assertThat(off).isEqualTo("null");
        assertThat(removed.status()).isEqualTo(200);
        assertThat(kernel.get("r").reached().header("x-policy")).isEqualTo("one");
    }
}
