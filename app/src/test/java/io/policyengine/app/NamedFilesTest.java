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
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Commands whose users name files that no command could read to their end: each says at once what is wrong with which. */
@Timeout(
        value = 60,
        threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a thread that opens a pipe cannot be interrupted
class NamedFilesTest {
    private static final Path ENDLESS = Path.of("/dev/zero");

    /** Calls of commands, each after the place in which its user names a file or folder; that is FILE, and any other one FOLDER or TRAIL. */
    private static final List<String> CALLS = List.of(
            "run --conf: run --conf FILE",
            "kernel --conf: kernel --conf FILE",
            "worker --conf: worker --conf FILE",
            "validate DIR: validate FILE",
            "who DIR: who FILE",
            "who --diff: who --diff FILE FILE",
            "envoy-config DIR: envoy-config FILE",
            "envoy-config --check: envoy-config --check FILE FOLDER",
            "generations --state: generations --state FILE",
            "diff --state: diff 1 2 --state FILE",
            "diff --conf: diff conf conf --conf FILE --state FOLDER",
            "rollback --state: rollback 1 --state FILE",
            "mcp-lock --file: mcp-lock http://127.0.0.1:1/ --file FILE",
            "mcp-lock --file: mcp-lock http://127.0.0.1:1/ --check --file FILE",
            "verify-audit FILE: verify-audit FILE",
            "verify-audit FILE: verify-audit TRAIL FILE",
            "verify-audit --public-key: verify-audit TRAIL --public-key FILE",
            "explain --what-if: explain id --what-if FILE",
            "schema --to: schema --to FILE",
            "support-bundle --out: support-bundle --out FILE");

    /** Places without a call here. */
    private static final Set<String> OTHERS = Set.of(
            // They may be pipes, with a bound: aTokenFileMayBeAPipeButHasAnEnd.
            "explain --token-file",
            "top --token-file",
            "support-bundle --token-file",
            // Names of folders, which are not read for their own sake.
            "generations --conf",
            "rollback --conf",
            "explain --conf",
            "top --conf",
            "support-bundle --conf",
            "explain --state",
            // A process that begins to serve: FirstConfigurationTest.
            "run --state",
            "kernel --state",
            // Only printed.
            "envoy-config --access-log");

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

    static Stream<String> calls() {
        return CALLS.stream();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void whatIsNoRegularFileNorFolderIsRefusedAndNamed(String call) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("folder"));
        Path trail = Files.writeString(directory.resolve("trail"), "");

        for (Path file : List.of(pipe, ENDLESS)) {
            Object[] arguments = Arrays.stream(
                            call.substring(call.indexOf(':') + 2).split(" ", -1))
                    .map(word -> switch (word) {
                        case "FILE" -> file;
                        case "FOLDER" -> folder;
                        case "TRAIL" -> trail;
                        default -> word;
                    })
                    .toArray();

            Said said = run(arguments);

            assertThat(said.code()).as(said.text()).isEqualTo(CommandFailure.USAGE);
            assertThat(said.text()).contains(file.toString()).doesNotContain("\tat ");
        }
    }

    @Test
    void everyPlaceInWhichAUserNamesAFileIsTried() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Set<String> places = new TreeSet<>();
        Main.line(nowhere, nowhere).getSubcommands().forEach((name, command) -> {
            for (CommandLine.Model.ArgSpec place : command.getCommandSpec().args()) {
                boolean isFile = Arrays.asList(place.auxiliaryTypes()).contains(Path.class);
                if (isFile) {
                    places.add(name + " "
                            + (place instanceof CommandLine.Model.OptionSpec option
                                    ? option.longestName()
                                    : place.paramLabel()));
                }
            }
        });

        Set<String> tried = new TreeSet<>(OTHERS);
        CALLS.forEach(call -> tried.add(call.substring(0, call.indexOf(':'))));
        assertThat(places).isEqualTo(tried);
    }

    @Test
    void explainWhatIf() {
        assertRefused(run("explain", "id", "--what-if", pipe), pipe);
        assertRefused(run("explain", "id", "--what-if", ENDLESS), ENDLESS);
        assertThat(run("explain", "id", "--what-if", directory.resolve("none.yaml"))
                        .text())
                .contains("--what-if: " + directory.resolve("none.yaml") + " does not exist");
    }

    @Test
    void verifyAudit() throws IOException {
        assertRefused(run("verify-audit", pipe), pipe);
        assertRefused(run("verify-audit", ENDLESS), ENDLESS);
        Path trail = Files.writeString(directory.resolve("trail"), "");
        Path head = Files.createSymbolicLink(directory.resolve("trail.head"), pipe);
        assertRefused(run("verify-audit", trail, head), head);
        Files.delete(head);
        assertThat(run("verify-audit", trail, "--public-key", pipe).text())
                .contains("--public-key: " + pipe + " is a pipe, a socket or a device: name a regular file");
        assertThat(run("verify-audit", trail, "--public-key", ENDLESS).text())
                .contains("--public-key: " + ENDLESS + " is a pipe, a socket or a device");
    }

    @Test
    void mcpLockReplacesNoDevice() {
        assertRefused(run("mcp-lock", "http://127.0.0.1:1/", "--file", ENDLESS), ENDLESS);
        assertThat(ENDLESS).exists();
        assertThat(run("mcp-lock", "http://127.0.0.1:1/", "--check", "--file", directory.resolve("none"))
                        .text())
                .contains(directory.resolve("none") + " does not exist: create it without --check");
    }

    @Test
    void aTokenFileMayBeAPipeButHasAnEnd() {
        assertThat(run("explain", "id", "--token-file", ENDLESS))
                .isEqualTo(new Said(
                        CommandFailure.USAGE,
                        "--token-file: /dev/zero cannot be read, or is larger than the 4096 bytes of a token file\n"));
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

    @ParameterizedTest
    @ValueSource(strings = {"validate", "envoy-config"})
    void aFolderOfRoutesThatIsAPipeIsNotOpened(String command) throws IOException {
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { workers: [ { name: w } ] }\n");
        Files.createSymbolicLink(directory.resolve("routes"), pipe);

        Said said = run(command, directory);

        assertThat(said.code()).isNotZero();
        assertThat(said.text()).contains("routes: error: ").doesNotContain("\tat ");
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
