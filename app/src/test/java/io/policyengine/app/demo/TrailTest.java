package io.policyengine.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.sink.chain.ChainHead;
import io.policyengine.core.sink.chain.Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trail of an example: its records are counted and looked at, and it has to be intact. */
class TrailTest {
    @TempDir
    Path conf;

    private final StringWriter said = new StringWriter();

    /** A trail with two records. */
    private void written() throws IOException {
        ChainHead head = ChainHead.of("11111111-2222-3333-4444-555555555555");
        StringBuilder lines = new StringBuilder();
        for (String path : List.of("", "/a", "/b")) {
            byte[] line = path.isEmpty()
                    ? head.checkpoint(new Checkpoint(Checkpoint.Reason.BEGIN, Instant.EPOCH, 0, 1000), Optional.empty())
                    : head.entry(
                            ("{\"type\":\"exchange\",\"path\":\"" + path + "\"}").getBytes(StandardCharsets.UTF_8));
            head = head.after(line);
            lines.append(new String(line, StandardCharsets.UTF_8)).append('\n');
        }
        Files.writeString(conf.resolve("audit.log"), lines);
    }

    private List<String> differences(Trail trail) {
        PrintWriter out = new PrintWriter(said);
        List<String> differences = trail.differencesBlocking(conf, out);
        out.flush();
        return differences;
    }

    @Test
    void aTrailAsItIsExpectedHasNoDifferences() throws IOException {
        written();

        List<String> differences = differences(new Trail("audit.log", 2, List.of("/a", "/b"), List.of("/c")));

        assertThat(differences).isEmpty();
        assertThat(said.toString()).contains("2 entries and 1 checkpoint").endsWith(": intact\n");
    }

    @Test
    void whatIsOtherwiseIsTold() throws IOException {
        written();
        Path file = conf.resolve("audit.log");
        Files.writeString(file, Files.readString(file).replace("/a", "/c"));

        List<String> differences = differences(new Trail("audit.log", 1, List.of("/a"), List.of("/c")));

        assertThat(differences)
                .containsExactly(
                        "audit.log has 2 records instead of 1",
                        "audit.log lacks /a",
                        "audit.log has /c",
                        "verify-audit ends with 1");
        assertThat(said.toString()).contains("audit.log:2: changed: ");
    }
}
