package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.NamedFile;
import io.policyengine.core.config.files.FileText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose users name files that no command could read to their end: each says at once what is wrong with which. */
@Timeout(60)
class NamedFilesTest {
    private static final Path ENDLESS = Path.of("/dev/zero");

    private final Path directory;
    private final Path pipe;

    NamedFilesTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(Duration.ofSeconds(30)))
                .isTrue();
    }

    private record Said(int code, String text) {}

    private static Said run(Object... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = Objects.toString(arguments[i]);
        }
        return new Said(Main.run(out, out, texts), said.toString());
    }

    private static void assertRefused(Said said, Path file) {
        assertThat(said.text())
                .contains(file + " is not a regular file: name a regular file")
                .doesNotContain("\tat ");
        assertThat(said.code()).isEqualTo(CommandFailure.USAGE);
    }

    @Test
    void explainWhatIf() {
        assertRefused(run("explain", "id", "--what-if", pipe), pipe);
        assertRefused(run("explain", "id", "--what-if", ENDLESS), ENDLESS);
        assertThat(run("explain", "id", "--what-if", directory.resolve("none.yaml"))
                        .text())
                .contains("--what-if: " + directory.resolve("none.yaml") + " is not there");
    }

    @Test
    void verifyAudit() throws IOException {
        assertRefused(run("verify-audit", pipe), pipe);
        assertRefused(run("verify-audit", ENDLESS), ENDLESS);
        Path trail = Files.writeString(directory.resolve("trail"), "");
        assertThat(run("verify-audit", trail, "--public-key", pipe).text())
                .contains("--public-key: " + pipe + " is a pipe, a socket or a device: name a regular file");
        assertThat(run("verify-audit", trail, "--public-key", ENDLESS).text())
                .contains("--public-key: " + ENDLESS + " is a pipe, a socket or a device");
    }

    @Test
    void aTokenFileMayBeAPipeButHasAnEnd() {
        assertThat(run("explain", "id", "--token-file", ENDLESS))
                .isEqualTo(new Said(
                        CommandFailure.USAGE,
                        "--token-file: /dev/zero cannot be read, or is not a token: it may have 4096 bytes\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "envoy-config"})
    void aConfigurationDirectory(String command) throws IOException {
        assertThat(run(command, pipe)).extracting(Said::code).isEqualTo(CommandFailure.USAGE);
        assertThat(run(command, ENDLESS)).extracting(Said::code).isEqualTo(CommandFailure.USAGE);
        Files.createSymbolicLink(directory.resolve("kernel.yaml"), ENDLESS);
        Files.createDirectory(directory.resolve("routes"));
        Files.createSymbolicLink(directory.resolve("routes/a.yaml"), pipe);
        Said said = run(command, directory);
        assertThat(said.code()).isNotZero();
        assertThat(said.text())
                .contains("kernel.yaml: error: a pipe, a socket or a device", "routes/a.yaml: error: a pipe, a socket")
                .doesNotContain("\tat ");
    }

    @Test
    void aFileIsReadUpToASizeThatFollowsFromTheHeap() throws IOException {
        Path large = directory.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(FileText.LARGEST + 1);
        }

        assertThatThrownBy(() -> NamedFile.textBlocking("--file: large", large))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("--file: large is larger than " + FileText.LARGEST + " bytes");
        assertThatThrownBy(() -> NamedFile.textBlocking("--file: pipe", pipe))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("--file: pipe is a pipe, a socket or a device: name a regular file, such as a copy");
        assertThat(NamedFile.textBlocking("it", Files.writeString(directory.resolve("small"), "text")))
                .isEqualTo("text");
    }
}
