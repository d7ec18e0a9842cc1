package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A kernel whose generations are on disk, and outlive it. */
class KeptGenerationsTest {
    private static final String ROUTES = "routes/routes.yaml";

    private final KernelHarness kernel = ManagedKernels.create();

    @TempDir
    Path state;

    KeptGenerationsTest() {
        kernel.worker("w")
                .with("one", Policies.request(new SetHeader("x-policy", "one")))
                .with("two", Policies.request(new SetHeader("x-policy", "two")));
    }

    @BeforeEach
    void startWithThreeGenerations() {
        kernel.write("kernel.yaml", KernelHarness.settings("workers: [ { name: w } ]\n"));
        routes("one");
        kernel.restart(state);
        kernel.write("routes/more.yaml", route("more", "[ { policy: one } ]", "[]"));
        kernel.reload();
        routes("two");
        kernel.reload();
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void routes(String policy) {
        kernel.write(ROUTES, route("r", "[ { policy: " + policy + " } ]", "[]"));
    }

    private String policy() {
        return String.valueOf(kernel.get("r").reached().header("x-policy"));
    }

    private JsonNode api(HttpMethod method, String path) {
        return Answer.of(kernel, method, path, null, Map.of()).body();
    }

    private JsonNode generations() {
        return api(HttpMethod.GET, "/generations").path("generations");
    }

    @Test
    void aKernelThatStartsAgainWithTheSameFilesHasTheSameGeneration() {
        kernel.restart(state);

        assertThat(kernel.metric("policy_kernel_config_generation")).isEqualTo(3);
        assertThat(generations()).extracting(one -> one.path("id").asInt()).containsExactly(3, 2, 1);
        assertThat(generations())
                .extracting(one -> one.path("active").asBoolean())
                .containsExactly(true, false, false);
        assertThat(api(HttpMethod.GET, "/config").path("state_directory").asString())
                .isEqualTo(state.toString());
    }

    @Test
    void noHashThatIsToldLetsAnybodyTryWhatASecretIs() throws IOException {
        Await.until(() -> Files.exists(state.resolve("generations/3")));
        String plain = ConfTexts.readBlocking(kernel.directory()).hash();
        String told = api(HttpMethod.GET, "/config").at("/generation/hash").asString();

        assertThat(told).hasSize(64);
        assertThat(Files.readString(state.resolve("generations/3/generation.json")))
                .contains(told)
                .doesNotContain(plain);
        for (String path : List.of("/config", "/generations")) {
            assertThat(api(HttpMethod.GET, path).toString()).contains(told).doesNotContain(plain);
        }
        assertThat(api(HttpMethod.POST, "/config:reload").toString())
                .contains(told)
                .doesNotContain(plain);

        kernel.restart(state);
        assertThat(api(HttpMethod.GET, "/config").at("/generation/hash").asString())
                .isEqualTo(told);
    }

    @Test
    void aKernelThatStartsAgainWithOtherFilesCountsOn() {
        Await.result(kernel.stop());
        routes("one");
        kernel.restart(state);
        routes("two");

        ReloadResult next = kernel.reload();

        assertThat(next.generation()).isEqualTo(5);
        assertThat(generations()).extracting(one -> one.path("id").asInt()).containsExactly(5, 4, 3, 2, 1);
        Await.until(() -> Files.exists(state.resolve("generations/5")));
    }

    @Test
    void rollsBackToAGenerationOfAnEarlierKernel() {
        kernel.restart(state);
        assertThat(policy()).isEqualTo("two");

        JsonNode answer = api(HttpMethod.POST, "/generations/1:rollback");

        assertThat(answer.path("status").asString()).isEqualTo("success");
        assertThat(policy()).isEqualTo("one");
        assertThat(kernel.read(ROUTES)).contains("one");
        assertThat(kernel.directory().resolve("routes/more.yaml")).doesNotExist();
    }

    @Test
    void rollsBackInMemoryWhereTheFilesAreSomebodyElses() throws IOException {
        Await.result(kernel.stop());
        Path file = kernel.directory().resolve(ROUTES);
        Path elsewhere = Files.move(file, state.resolve("distributed.yaml"));
        Files.createSymbolicLink(file, elsewhere);
        kernel.restart(state);

        JsonNode answer = api(HttpMethod.POST, "/generations/1:rollback");

        assertThat(answer.path("status").asString()).isEqualTo("success");
        assertThat(policy()).isEqualTo("one");
        assertThat(Files.readString(elsewhere)).contains("two");
    }

    @Test
    void aDiskThatCannotBeWrittenHoldsUpNoChange() throws IOException {
        Await.until(() -> Files.exists(state.resolve("generations/3")));
        Files.move(state.resolve("generations"), state.resolve("away"));
        Files.createFile(state.resolve("generations"));
        routes("one");

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(ReloadResult.Status.SUCCESS);
        assertThat(policy()).isEqualTo("one");
        Await.until(() -> kernel.metric("policy_kernel_generation_store_failures_total") > 0);
        // The third has its folder before its write ends: it is the one that is told if the disk fails in between.
        assertThat(api(HttpMethod.GET, "/config").path("state_problem").asString())
                .containsPattern("^generation [34] cannot be written to ")
                .contains(state.toString());
    }
}
