package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.GenerationStore;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.OnBadConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a kernel starts with, by {@code on_bad_config: last_good}, while its files are broken; two generations are kept. */
class FirstConfigurationTest {
    private static final String SOUND = "policy_kernel: { allow_empty: true, workers: [ { name: default-worker } ] }\n";
    private static final String CANNOT = "\nThe configuration cannot be used, ";

    @TempDir
    Path folder;

    private Path conf = Path.of("");
    private Path state = Path.of("");

    @BeforeEach
    void keepTwoGenerations() throws IOException {
        conf = Files.createDirectories(folder.resolve("conf"));
        state = folder.resolve("state");
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            kernel(SOUND);
            store.saveBlocking(snapshot(1));
            Files.writeString(conf.resolve("token"), "t");
            kernel(
                    "policy_kernel: { workers: [ { name: default-worker } ], allow_empty: true, observability: { admin_token: '${file:token}' } }\n");
            store.saveBlocking(snapshot(2));
        }
        kernel("policy_kernel: { wrokers: [] }\n");
    }

    /** Choosing switches on the logs of the whole process. */
    @AfterEach
    void endLogs() {
        LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
        logs.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender("stdout");
        logs.getLogger("io.policyengine").setLevel(null);
    }

    private void kernel(String text) throws IOException {
        Files.writeString(conf.resolve("kernel.yaml"), text);
    }

    private Snapshot snapshot(long id) {
        return new Snapshot(id, Origin.FILES, Instant.EPOCH, "0".repeat(64), ConfTexts.readBlocking(conf));
    }

    private KernelStart choose() {
        return choose(OnBadConfig.LAST_GOOD);
    }

    private KernelStart choose(OnBadConfig onBadConfig) {
        Conf directory = new Conf(conf);
        return new FirstConfiguration(
                        directory, new StateDirectory(state, directory, true), Placement.AS_CONFIGURED, onBadConfig)
                .chooseBlocking();
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(this::choose)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("unknown key 'wrokers'")
                .hasMessageEndingWith(CANNOT + reason);
    }

    @Test
    void itIsTheNewestGeneration() throws IOException {
        KernelStart start = choose();

        assertThat(Objects.requireNonNull(start.rejected()).lastGood().id()).isEqualTo(2);
        Objects.requireNonNull(start.kept().store()).close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "policy_kernel: {}; routes: error: there is no route policy: is the volume mounted?",
                "; kernel.yaml: error: there is no such file, so defaults would replace all settings"
            })
    void itIsInThePlaceOfWhatIsNotThere(@Nullable String kernel, String problem) throws IOException {
        if (kernel == null) {
            Files.delete(conf.resolve("kernel.yaml"));
        } else {
            kernel(kernel);
        }

        KernelStart start = choose(OnBadConfig.LAST_GOOD);

        assertThat(Objects.requireNonNull(start.rejected()).told().first())
                .anyMatch(found -> found.toString().startsWith(problem));
        Objects.requireNonNull(start.kept().store()).close();
        assertThatThrownBy(() -> choose(OnBadConfig.FAIL))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(problem.substring(problem.indexOf(' ')));
    }

    @Test
    void itIsInThePlaceOfAFileThatIsCutOffSinceTheLastGeneration() throws IOException {
        kernel("policy_kernel: { workers: [ { name: default-worker } ], allow_empty: true }\n# Keep:\n# it.\n");
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            store.saveBlocking(snapshot(3));
        }
        kernel("policy_kernel: { workers: [ { name: default-worker } ], allow_empty: true }\n# Ke");

        KernelStart start = choose(OnBadConfig.LAST_GOOD);

        assertThat(Objects.requireNonNull(start.rejected()).told().first())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith(
                        "kernel.yaml:2:1: error: the file ends here, and its text is only the beginning of its earlier text");
        Objects.requireNonNull(start.kept().store()).close();
    }

    @Test
    void itIsNeverAnOlderOneWhereTheNewestCannotBeUsedAnyMore() throws IOException {
        Files.delete(conf.resolve("token"));

        assertRefused("nor can the newest generation, 2 in " + state
                + ", be used any more: kernel.yaml:1:106: error: the file 'token' does not exist.");
    }

    @Test
    void itIsNeverAnOlderOneWhereTheNewestIsDamaged() throws IOException {
        Files.writeString(state.resolve("generations/2/conf/kernel.yaml"), SOUND);

        assertRefused("and generation 2 in " + state + " cannot be used: kernel.yaml has changed.");
    }

    @Test
    void itIsNeverThatOfAnotherConfDirectory() throws IOException {
        Path owner = conf;
        conf = Files.move(conf, folder.resolve("other"));

        assertRefused("and generation 2 in " + state + " cannot be used: it belongs to another conf directory, " + owner
                + ".");
    }
}
