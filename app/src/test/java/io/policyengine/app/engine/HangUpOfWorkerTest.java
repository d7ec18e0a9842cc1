package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.testkit.log.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker's process does on SIGHUP. */
class HangUpOfWorkerTest {
    private static final String PROCESS = "io.policyengine.worker.process";

    @TempDir
    private Path directory;

    private final List<LogLevel> levels = new ArrayList<>();
    private final CapturedLog log = CapturedLog.of(PROCESS);

    @BeforeEach
    void configured() throws IOException {
        write("worker_core: { name: one, observability: { log_level: info } }\n");
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve("worker.yaml"), text);
    }

    private HangUpOfWorker worker() {
        Conf conf = Conf.named(directory);
        var config = ConfDirectory.workers(conf.textsBlocking(), _ -> null, new ArrayList<>())
                .getFirst();
        return new HangUpOfWorker(conf, config, _ -> null, levels::add);
    }

    @Test
    void takesTheLevelAndSaysWhatNeedsARestart() throws IOException {
        HangUpOfWorker worker = worker();
        write("worker_core: { name: one, allow_faults: true, observability: { log_level: debug } }\n");

        worker.run();

        assertThat(levels).containsExactly(LogLevel.DEBUG);
        assertThat(log.messages())
                .containsExactly(
                        "WARN changes to worker_core.allow_faults take effect only after a restart",
                        "INFO SIGHUP: the log level is debug");
    }

    @Test
    void changesNothingWhereTheFileCannotBeUsed() throws IOException {
        HangUpOfWorker worker = worker();
        write("worker_core: { name: one, observability: { log_level: loud } }\n");
        worker.run();
        write("worker_core: { name: other }\n");
        worker.run();

        assertThat(levels).isEmpty();
        assertThat(log.messages())
                .hasSize(2)
                .allMatch(line -> line.startsWith("ERROR the configuration of worker 'one' "));
    }
}
