package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.chain.AuditFinding;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audit files that another program copies and empties while the engine writes to them (logrotate's copytruncate). */
class CopiedAndEmptiedTest {
    private static final String CONFIG = "{ all: { type: file, path: audit.log } }";
    private static final Optional<Sealing> SEALING =
            Optional.of(new Sealing(Optional.empty(), 100, Duration.ofMinutes(1)));

    private final Path directory;
    private final Path file;
    private final Path copy;

    CopiedAndEmptiedTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("audit.log");
        this.copy = directory.resolve("audit.log.1");
    }

    @Test
    void theChainContinuesInTheEmptiedFile() throws Exception {
        try (SinkRig rig = rig()) {
            Sink sink = rig.use("all", SEALING).sink();
            write(rig, sink, 0, 3);
            copyAndEmpty();

            write(rig, sink, 3, 6);
        }

        assertThat(findings(copy, file)).isEmpty();
        assertThat(findings(file)).isEmpty();
    }

    @Test
    void theEmptiedFileBeginsWithACheckpointBeforeTheNextRecord() throws Exception {
        try (SinkRig rig = rig()) {
            write(rig, rig.use("all", SEALING).sink(), 0, 3);
            copyAndEmpty();

            Await.until(() -> hasLine(file));

            assertThat(Files.readAllLines(file)).singleElement().asString().contains("\"reason\":\"begin\"");
        }
        assertThat(findings(copy, file)).isEmpty();
    }

    @Test
    void whatTheProgramLostIsFound() throws Exception {
        try (SinkRig rig = rig()) {
            Sink sink = rig.use("all", SEALING).sink();
            write(rig, sink, 0, 3);
            Files.copy(file, copy);
            write(rig, sink, 3, 4);
            empty();

            write(rig, sink, 4, 6);
        }

        assertThat(findings(copy, file))
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.REMOVED, "audit.log:1", "entry 5 is missing before this one"));
    }

    @Test
    void whatWasCutOffTheEndIsFoundWhileTheEngineRuns() throws Exception {
        try (SinkRig rig = rig()) {
            Sink sink = rig.use("all", SEALING).sink();
            write(rig, sink, 0, 3);
            List<String> lines = Files.readAllLines(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - lines.getLast().length() - 1);
            }

            write(rig, sink, 3, 4);
        }

        assertThat(Files.readAllLines(file)).anyMatch(line -> line.contains("\"reason\":\"recovered\""));
        assertThat(findings(file)).extracting(AuditFinding::kind).contains(AuditFinding.Kind.REMOVED);
    }

    private SinkRig rig() {
        return new SinkRig(directory, CONFIG);
    }

    private static void write(SinkRig rig, Sink sink, int from, int to) {
        for (int i = from; i < to; i++) {
            sink.offer(SinkRig.record(i));
        }
        rig.awaitSent("all", to);
    }

    private void copyAndEmpty() throws IOException {
        Files.copy(file, copy);
        empty();
    }

    private void empty() throws IOException {
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
    }

    private static boolean hasLine(Path file) {
        try {
            return Files.size(file) > 0;
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static List<AuditFinding> findings(Path... files) throws IOException {
        return TrailFindings.of(Optional.empty(), List.of(files));
    }
}
