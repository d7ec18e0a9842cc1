package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.yaml.ValueBudget;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configurations that are broken in one way each: a file in resources/broken is named after its fault, holds the files, and after
 * {@code >>>} what {@code validate} says. {@code -Dgolden.update=true} writes what it says; read the difference before committing
 * it.
 */
class BrokenConfigurationsTest {
    private static final Path CASES = Path.of("src/test/resources/broken");
    private static final Path JSON_REFERENCE = Path.of("../docs/reference/validate.json");
    private static final String END_OF_FILES = "\n>>>\n";
    /** Begins a case without the kernel.yaml that others have if they write none. */
    private static final String WITHOUT_A_WORD = "--- worker.yaml\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("cases")
    void validateSaysExactlyWhatIsWrong(Path file) throws IOException {
        String text = read(file);
        int end = text.indexOf(END_OF_FILES) + END_OF_FILES.length();
        Path conf = directory.resolve("conf");
        if (!text.startsWith(WITHOUT_A_WORD)) {
            writeAll(conf, "--- kernel.yaml\npolicy_kernel: { unknown_route: deny }\n");
        }
        writeAll(conf, text.substring(0, end - END_OF_FILES.length() + 1));

        // As many as the heap of the tests has room for, on this machine.
        String said = validate(conf.toString()).replace(" " + ValueBudget.MAX + " values", " MAX values");

        if (Boolean.getBoolean("golden.update")) {
            write(file, text.substring(0, end) + said);
        } else {
            assertThat(said).isEqualTo(text.substring(end));
        }
        assertThat(said).doesNotContain("hush");
    }

    @Test
    void aTypoInTheExampleIsFoundAtItsPlace() throws IOException {
        Path conf = directory.resolve("conf");
        try (Stream<Path> files = Files.walk(Path.of("../conf"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = conf.resolve(Path.of("../conf").relativize(file).toString());
                Files.createDirectories(copy.resolveSibling("."));
                write(copy, read(file).replace("requests_per_second", "request_per_secnd"));
            }
        }

        String said = validate(conf.toString());

        assertThat(said)
                .isEqualTo("conf/routes/api.yaml:15:21: error: rateLimit: unknown key 'request_per_secnd', did you mean"
                        + " 'requests_per_second'?\nconf: 1 error, 0 warnings\nexit code 1\n");
    }

    @Test
    void aWarningFailsOnlyIfStrictlyJudged() throws IOException {
        writeAll(
                directory.resolve("conf"),
                "--- kernel.yaml\npolicy_kernel: { allow_empty: true, unknown_route: deny, route_name_sources: [header] }\n");

        String leniently = validate(directory.resolve("conf").toString());
        String strictly = validate("--strict", directory.resolve("conf").toString());

        assertThat(leniently).contains("warning: with the source 'header'").endsWith("1 warning\nexit code 0\n");
        assertThat(strictly).contains("warning: with the source 'header'").endsWith("1 warning\nexit code 1\n");
    }

    @Test
    void whereEntriesOfBothPhasesRunOnResponsesIsSaid() throws IOException {
        writeAll(directory.resolve("conf"), """
                --- kernel.yaml
                policy_kernel: { unknown_route: deny }
                --- routes/a.yaml
                route_policies:
                  - route_name: /a
                    request_flow:
                      policy_chain:
                        - { policy: cache, phases: both, params: { ttl_s: 60 } }
                        - { policy: piiRedaction, name: people, phases: both, params: { action: tokenize, restore: true } }
                    response_flow: { policy_chain: [ { policy: requestId } ] }
                """);

        assertThat(validate(directory.resolve("conf").toString()))
                .contains(
                        "conf/routes/a.yaml:2:5: note: the response flow of '/a' is requestId, people (phases: both), cache (phases: both)\n")
                .endsWith("conf: valid, 1 route policy with 5 chain entries, 0 warnings\nexit code 0\n");
    }

    @Test
    void limitsWithoutRoomInTheHeapOfTheEngineAreErrors() throws IOException {
        writeAll(
                directory.resolve("conf"),
                "--- kernel.yaml\npolicy_kernel:\n  { allow_empty: true, unknown_route: deny, limits: { max_buffered_bytes: 33554432 } }\n");
        String conf = directory.resolve("conf").toString();

        String small = validate("--heap", "128m", conf);

        assertThat(small)
                .startsWith("conf/kernel.yaml:2:")
                .contains(
                        "error: 'limits.max_buffered_bytes' (33554432) does not fit: the heap of at most 118 MiB is divided into")
                .endsWith("conf: 1 error, 0 warnings\nexit code 1\n");
        String advised = small.replaceAll("(?s).*POLICY_ENGINE_HEAP=([0-9]+m).*", "$1");
        assertThat(validate("--heap", advised, "--strict", conf)).endsWith("0 warnings\nexit code 0\n");
        assertThat(validate("--heap", "1g", "--strict", conf)).endsWith("0 warnings\nexit code 0\n");
    }

    @Test
    void aHeapThatIsNoneIsWrongUsage() {
        for (String heap : List.of("", "m", "1m", "512mb", "-512m", "99999999999999g")) {
            assertThat(validate("--heap=" + heap))
                    .contains("'" + heap + "' is not the size of a heap, such as 512m or 2g")
                    .endsWith("exit code 2\n");
        }
    }

    @Test
    void theJsonIsAsTheReferenceShowsIt() throws IOException {
        String text = read(CASES.resolve("many-faults-at-once.txt"));
        writeAll(directory.resolve("conf"), text.substring(0, text.indexOf(END_OF_FILES) + 1));

        String said = validate("--json", directory.resolve("conf").toString());

        String json = said.substring(0, said.lastIndexOf('}') + 1) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            write(JSON_REFERENCE, json);
        }
        assertThat(json).isEqualTo(read(JSON_REFERENCE));
        assertThat(said).endsWith("}\nexit code 1\n");
    }

    @Test
    void wrongUsageIsToldApartFromFaults() {
        assertThat(validate("--lenient"))
                .contains("Unknown option: '--lenient'")
                .endsWith("exit code 2\n");
        assertThat(validate(directory.resolve("none").toString())).isEqualTo("none: no such directory\nexit code 2\n");
    }

    @Test
    void thereAreManyKindsOfFaults() throws IOException {
        assertThat(cases()).hasSizeGreaterThan(60);
    }

    private String validate(String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        String[] command =
                Stream.concat(Stream.of("validate"), Arrays.stream(arguments)).toArray(String[]::new);
        int exitCode = Main.run(printer, printer, command);
        printer.flush();
        return out.toString().replace(directory + "/", "") + "exit code " + exitCode + "\n";
    }

    /** Each file after a line {@code --- name}; octets are kept as they are. */
    private static void writeAll(Path conf, String files) throws IOException {
        Files.createDirectories(conf);
        for (String part : files.split("(?m)^--- ", -1)) {
            if (!part.isBlank()) {
                int line = part.indexOf('\n');
                Path file = conf.resolve(part.substring(0, line).strip());
                Files.createDirectories(file.resolveSibling("."));
                write(file, part.substring(line + 1));
            }
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.sorted().toList();
        }
    }
}
