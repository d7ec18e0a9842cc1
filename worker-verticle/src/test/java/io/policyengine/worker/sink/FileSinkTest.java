package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    private final Path directory;

    FileSinkTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Path file() {
        return directory.resolve("records.log");
    }

    private List<Path> older() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(each -> each.getFileName().toString().startsWith("records.log.2"))
                    .sorted()
                    .toList();
        }
    }

    private static String line(int number) {
        return SinkRig.record(number).json().toString();
    }

    @Test
    void writesOneLineForEachRecordInTheirOrderForItsUserAlone() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            Sink sink = rig.sink("all");

            for (int i = 0; i < 1_000; i++) {
                assertThat(sink.offer(SinkRig.record(i))).isTrue();
            }
            rig.awaitSent("all", 1_000);

            List<String> lines = Files.readAllLines(file());
            assertThat(lines).hasSize(1_000).startsWith(line(0)).endsWith(line(999));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            assertThat(rig.queued("all")).isZero();
        }
    }

    @Test
    void aRecordIsOneLineWhateverItsJsonLooksLike() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            rig.sink("all")
                    .offer(new SinkRecord(
                            "id", "type", Instant.EPOCH, Buffer.buffer("{\n\"a\":\r\n\"b\\nc\"}"), false));
            rig.awaitSent("all", 1);

            assertThat(Files.readString(file())).isEqualTo("{ \"a\":  \"b\\nc\"}\n");
        }
    }

    @Test
    void deliversWhatWaitsWhenItEnds() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            Sink sink = rig.sink("all");
            for (int i = 0; i < 5_000; i++) {
                sink.offer(SinkRig.record(i));
            }
        }

        assertThat(Files.readAllLines(file())).hasSize(5_000);
    }

    @Test
    void beginsANewFileBySizeAndKeepsSomeOfTheOldOnes() throws Exception {
        String config = "{ all: { type: file, path: records.log, rotation: { max_bytes: 100, keep: 3 } } }";
        try (SinkRig rig = new SinkRig(directory, config)) {
            Sink sink = rig.sink("all");

            for (int i = 0; i < 8; i++) {
                sink.offer(SinkRig.record(i, "x".repeat(100)));
                rig.awaitSent("all", i + 1);
            }

            List<Path> older = older();
            assertThat(older).hasSize(3);
            List<String> lines = new ArrayList<>();
            for (Path each : older) {
                lines.addAll(Files.readAllLines(each));
            }
            lines.addAll(Files.readAllLines(file()));
            assertThat(lines)
                    .containsExactly(Stream.of(4, 5, 6, 7)
                            .map(i -> SinkRig.record(i, "x".repeat(100)).json().toString())
                            .toArray(String[]::new));
        }
    }

    @Test
    void anEntryInlineAndByNameShareTheFile() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            Sinks.Use named = rig.use("all");
            Sinks.Use inline = rig.use("{ type: file, path: ./records.log }");

            named.sink().offer(SinkRig.record(1));
            inline.sink().offer(SinkRig.record(2));
            rig.awaitSent("all", 2);
            rig.sinks.forget(named);
            inline.sink().offer(SinkRig.record(3));
            rig.awaitSent("all", 3);

            assertThat(rig.sinks.size()).isOne();
            assertThat(Files.readAllLines(file())).containsExactly(line(1), line(2), line(3));
        }
    }

    @Test
    void cutsOffWhatAKilledProcessLeftOfALine() throws Exception {
        Files.writeString(file(), "{\"whole\":1}\n{\"half\":");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));

        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            rig.sink("all").offer(SinkRig.record(1));
            rig.awaitSent("all", 1);
        }

        assertThat(Files.readAllLines(file())).containsExactly("{\"whole\":1}", line(1));
    }

    @Test
    void goesOnInANewFileWhenTheFileIsMovedAway() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            Sink sink = rig.sink("all");
            sink.offer(SinkRig.record(1));
            rig.awaitSent("all", 1);

            Files.move(file(), directory.resolve("away"));
            sink.offer(SinkRig.record(2));
            rig.awaitSent("all", 2);

            assertThat(Files.readAllLines(directory.resolve("away"))).containsExactly(line(1));
            assertThat(Files.readAllLines(file())).containsExactly(line(2));
        }
    }

    @Test
    void writesThroughNoLinkAndSaysSoUntilItIsGone() throws Exception {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "untouched");
        Files.createSymbolicLink(file(), elsewhere);
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            Sinks.Use use = rig.use("all");

            use.sink().offer(SinkRig.record(1));

            Await.until(() -> use.unwellBecause() != null);
            assertThat(use.unwellBecause()).startsWith("sink all: ").contains("is not a regular file but a link");
            assertThat(Files.readString(elsewhere)).isEqualTo("untouched");

            Files.delete(file());
            rig.awaitSent("all", 1);

            assertThat(Files.readAllLines(file())).containsExactly(line(1));
            Await.until(() -> use.unwellBecause() == null);
        }
    }

    @Test
    void writesToNoFileThatOthersMayWriteTo() throws Exception {
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            Sinks.Use use = rig.use("all");

            use.sink().offer(SinkRig.record(1));

            Await.until(() -> use.unwellBecause() != null);
            assertThat(use.unwellBecause()).contains("could be written by others (mode 666)");
            assertThat(Files.size(file())).isZero();
        }
    }

    @Test
    void whatFindsNoRoomWhileNothingCanBeWrittenIsLostAndCountedAndTheRestIsWrittenLater() throws Exception {
        Path obstacle = Files.createFile(directory.resolve("folder"));
        String config = "{ all: { type: file, path: folder/records.log, queue_bytes: 65536 } }";
        try (SinkRig rig = new SinkRig(directory, config)) {
            Sinks.Use use = rig.use("all");
            int taken = 0;

            for (int i = 0; i < 1_000; i++) {
                taken += use.sink().offer(SinkRig.record(i, "x".repeat(500))) ? 1 : 0;
            }

            assertThat(rig.lost("all", LossReason.FULL)).isEqualTo(1_000 - taken);
            assertThat(taken).isBetween(10, 200);
            assertThat(rig.queued("all")).isLessThanOrEqualTo(65_536);
            Await.until(() -> use.unwellBecause() != null);

            Files.delete(obstacle);
            rig.awaitSent("all", taken);

            assertThat(Files.readAllLines(directory.resolve("folder/records.log")))
                    .hasSize(taken);
            assertThat(rig.queued("all")).isZero();
        }
    }

    @Test
    void aRecordThatIsTooLargeIsLost() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            assertThat(rig.sink("all").offer(SinkRig.record(1, "x".repeat(SinkRecord.MAX_BYTES))))
                    .isFalse();

            assertThat(rig.lost("all", LossReason.TOO_LARGE)).isOne();
        }
    }

    @Test
    void onlyOneProcessWritesToAFile() throws Exception {
        String config = "{ all: { type: file, path: records.log } }";
        try (SinkRig second = new SinkRig(directory, config)) {
            Sinks.Use waits = second.use("all");
            try (SinkRig first = new SinkRig(directory, config)) {
                first.sink("all").offer(SinkRig.record(1));
                first.awaitSent("all", 1);

                waits.sink().offer(SinkRig.record(2));

                Await.until(() -> waits.unwellBecause() != null);
                assertThat(waits.unwellBecause()).contains("another process, or another worker, writes to");
            }
            second.awaitSent("all", 1);

            assertThat(Files.readAllLines(file())).containsExactly(line(1), line(2));
        }
    }

    @Test
    void leavesNeitherMetersNorThreadsWhenTheLastUseIsOver() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log } }")) {
            Sinks.Use use = rig.use("all");
            use.sink().offer(SinkRig.record(1));
            rig.awaitSent("all", 1);

            rig.sinks.forget(use);

            Await.until(() -> rig.meters.getMeters().isEmpty());
            assertThat(rig.sinks.size()).isZero();
            Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("sink-all")));
            assertThat(use.sink().offer(SinkRig.record(2))).isFalse();
            assertThat(Files.readAllLines(file())).hasSize(1);
        }
    }

    @Test
    void appendsToWhatIsThere() throws Exception {
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        Files.writeString(file(), "{}\n", StandardOpenOption.APPEND);

        try (SinkRig rig = new SinkRig(directory, "{ all: { type: file, path: records.log, fsync: true } }")) {
            rig.sink("all").offer(SinkRig.record(1));
            rig.awaitSent("all", 1);
        }

        assertThat(Files.readAllLines(file())).containsExactly("{}", line(1));
    }
}
