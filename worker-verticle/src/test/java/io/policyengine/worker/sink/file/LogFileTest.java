package io.policyengine.worker.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.SinkConfig.Rotation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that are kept. */
class LogFileTest {
    private static final Instant START = Instant.parse("2027-01-31T08:00:00Z");

    private final Path directory;
    private Instant now = START;

    LogFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aClockThatIsSetBackDeletesNoNewFileInPlaceOfAnOldOne() throws Exception {
        LogFile file = new LogFile(directory.resolve("log"), () -> now);
        for (int i = 0; i < 15; i++) {
            now = i < 2 ? START.plusSeconds(i) : START.minusSeconds(i);
            file.openBlocking();
            file.appendBlocking(ByteBuffer.wrap(("line " + i + "\n").getBytes(StandardCharsets.UTF_8)), false);
            file.rotateBlocking(new Rotation(1, 0, 3));
        }
        file.closeBlocking();

        assertThat(kept()).containsExactly("line 12", "line 13", "line 14");
    }

    private List<String> kept() throws Exception {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }
}
