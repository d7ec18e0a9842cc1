package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.history.StoredGenerations;
import io.policyengine.kernel.reload.LastGood;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that starts while its conf directory cannot be used, with {@code on_bad_config: last_good}. */
class LastGoodTest {
    private static final String ROUTES = "routes/routes.yaml";
    private static final String GAUGE = "policy_kernel_config_last_good";
    private static final String KERNEL = KernelHarness.settings("workers: [ { name: w } ]\n");

    private final KernelHarness kernel = ManagedKernels.create();

    @TempDir
    Path state;

    LastGoodTest() {
        kernel.worker("w")
                .with("one", Policies.request(new SetHeader("x-policy", "one")))
                .with("two", Policies.request(new SetHeader("x-policy", "two")));
    }

    @BeforeEach
    void leaveTwoGenerations() {
        kernel.write("kernel.yaml", KERNEL);
        routes("one");
        kernel.restart(state);
        routes("two");
        kernel.reload();
        Await.result(kernel.stop());
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

    private Answer config() {
        return Answer.of(kernel, HttpMethod.GET, "/config", null, Map.of());
    }

    private void startWithBrokenFiles() {
        kernel.write("kernel.yaml", KERNEL + "  wrokers: []\n");
        kernel.restartByLastGood(state);
    }

    @Test
    void itIsThatGenerationAgainAndSaysSo() {
        startWithBrokenFiles();

        assertThat(policy()).isEqualTo("two");
        assertThat(kernel.metric(GAUGE)).isEqualTo(1);
        assertThat(config().text("/on_bad_config")).isEqualTo("last_good");
        assertThat(config().body().at("/last_good/id").asInt()).isEqualTo(2);
        assertThat(config().body().at("/last_good/active").asBoolean()).isTrue();
        assertThat(config().body().at("/generation/id").asInt()).isEqualTo(2);
        assertThat(config().text("/last_reload/status")).isEqualTo("failure");
        assertThat(config().text("/last_reload/problems/0/message")).contains("unknown key 'wrokers'");
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200 ")
                .contains("\"status\":\"ok\"", "\"notes\":[\"on_bad_config: last_good in force: ", "generation 2 of ");
    }

    @Test
    void filesThatAreMendedAreTakenByThemselves() {
        startWithBrokenFiles();
        routes("one");

        kernel.write("kernel.yaml", KERNEL);

        Await.until(() -> kernel.metric(GAUGE) == 0);
        assertThat(policy()).isEqualTo("one");
        assertThat(config().text("/on_bad_config")).isEqualTo("last_good");
        assertThat(config().body().has("last_good")).isFalse();
        assertThat(kernel.admin("/health/ready")).startsWith("200 ").doesNotContain("notes");
    }

    @Test
    void filesThatComeToSayWhatIsRunningAreTakenToo() {
        startWithBrokenFiles();

        kernel.write("kernel.yaml", KERNEL);
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(ReloadResult.Status.UNCHANGED);
        assertThat(result.generation()).isEqualTo(2);
        assertThat(kernel.metric(GAUGE)).isEqualTo(0);
    }

    @Test
    void filesThatAreBrokenInAnotherWayLeaveItInForce() {
        startWithBrokenFiles();

        kernel.write("kernel.yaml", "[");
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(ReloadResult.Status.FAILURE);
        assertThat(kernel.metric(GAUGE)).isEqualTo(1);
        assertThat(policy()).isEqualTo("two");
    }

    @Test
    void anOverrideInAnEmergencyLeavesItInForce() {
        startWithBrokenFiles();

        Answer answer = Answer.of(
                kernel,
                HttpMethod.PUT,
                "/overrides/policy/two",
                "{\"mode\": \"off\", \"reason\": \"a test\"}",
                Map.of());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(policy()).isEqualTo("null");
        assertThat(kernel.metric(GAUGE)).isEqualTo(1);
    }

    @Test
    void aDirectoryThatIsGoneIsTakenWhenItIsBack() throws IOException {
        Path gone = kernel.directory().resolveSibling(kernel.directory().getFileName() + "-gone");
        Files.move(kernel.directory(), gone);
        kernel.restartByLastGood(state);
        assertThat(policy()).isEqualTo("two");

        Files.move(gone, kernel.directory());
        routes("one");

        assertThat(kernel.reload().status()).isEqualTo(ReloadResult.Status.SUCCESS);
        assertThat(policy()).isEqualTo("one");
        assertThat(kernel.metric(GAUGE)).isEqualTo(0);
    }

    private static LastGood read(Snapshot newest, ConfTexts found) {
        return LastGood.readBlocking(newest, found, texts -> ConfDirectory.parse(texts, _ -> null));
    }

    private StoredGenerations kept() {
        return StoredGenerations.readBlocking(state, kernel.directory());
    }

    private void override() {
        kernel.write("overrides.yaml", "overrides: [ { policy: two, mode: off, reason: a test } ]\n");
    }

    private void leaveAGenerationWithAnOverride() {
        override();
        kernel.restart(state);
        Await.result(kernel.stop());
    }

    @Test
    void anOverrideThatWasTakenBackMeanwhileStaysSo() throws IOException {
        leaveAGenerationWithAnOverride();
        Files.delete(kernel.directory().resolve("overrides.yaml"));

        startWithBrokenFiles();

        assertThat(policy()).isEqualTo("two");
    }

    @Test
    void anOverrideThatIsNewIsInForceOnTopOfIt() {
        override();

        startWithBrokenFiles();

        assertThat(policy()).isEqualTo("null");
    }

    @Test
    void overridesThatCannotBeUsedAreThoseOfTheGeneration() {
        leaveAGenerationWithAnOverride();
        kernel.write("overrides.yaml", "oops");

        startWithBrokenFiles();

        assertThat(policy()).isEqualTo("null");
    }

    @Test
    void overridesOfADirectoryThatIsGoneAreThoseOfTheGeneration() throws IOException {
        leaveAGenerationWithAnOverride();
        Path gone = kernel.directory().resolveSibling(kernel.directory().getFileName() + "-gone");
        Files.move(kernel.directory(), gone);

        kernel.restartByLastGood(state);

        assertThat(policy()).isEqualTo("null");
        Files.move(gone, kernel.directory());
    }

    @Test
    void aGenerationThatCannotBeUsedAnyMoreGivesNoWayToAnOlderOne() throws IOException {
        kernel.write("token", "t");
        kernel.write("kernel.yaml", KERNEL.replace("metrics_port: 0", "metrics_port: 0, admin_token: '${file:token}'"));
        kernel.restart(state);
        Await.result(kernel.stop());
        Files.delete(kernel.directory().resolve("token"));
        Snapshot newest = Objects.requireNonNull(kept().newest());

        assertThat(newest.id()).isEqualTo(3);
        assertThatThrownBy(() -> read(newest, ConfTexts.readBlocking(kernel.directory())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the file 'token' does not exist");
    }

    @Test
    void anOlderGenerationIsNotTheNewestIfThatIsDamaged() throws IOException {
        assertThat(Objects.requireNonNull(kept().newest()).id()).isEqualTo(2);

        Files.delete(state.resolve("generations/2/generation.json"));

        assertThat(kept().snapshots()).extracting(Snapshot::id).containsExactly(1L);
        assertThat(kept().newest()).isNull();
        assertThat(StoredGenerations.none().newest()).isNull();
    }
}
