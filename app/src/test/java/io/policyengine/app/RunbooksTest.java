package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** The runbooks: each has the same four parts, and names only commands, paths, codes, metrics and log lines that exist. */
class RunbooksTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/runbooks.md");
    private static final List<String> PARTS =
            List.of("**Symptom.** ", "**First.** `", "**What you see.** ", "**What to do.** ");

    private static final Pattern CALL = Pattern.compile("`policy-engine ([^`]+)`");
    private static final Pattern PATH =
            Pattern.compile("(?:localhost:909[01]|(?:GET|PUT|POST|DELETE) |`)(/[a-z]+(?:[/:][A-Za-z{}]+)*)");
    private static final Pattern GREPPED = Pattern.compile("\\| grep (\\w+)`");
    private static final Pattern CODE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)*)`");
    private static final Pattern LOGGED = Pattern.compile("`([a-z]+(?:[;,]? [a-z]+){4,})`");

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    private static Stream<String> found(Pattern pattern) throws IOException {
        return pattern.matcher(page().replaceAll("\\s+", " ")).results().map(result -> result.group(1));
    }

    @Test
    void eachRunbookHasTheFourPartsInTheirOrder() throws IOException {
        List<String> sections =
                Arrays.stream(page().split("\n### ", -1)).skip(1).toList();

        assertThat(sections).hasSizeGreaterThan(30).allSatisfy(section -> {
            assertThat(section).containsSubsequence(PARTS);
            assertThat(section.lines().filter(line -> line.startsWith("**"))).hasSize(PARTS.size());
        });
    }

    @Test
    void eachCommandIsOneOfTheProgram() throws IOException {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        Map<String, CommandLine> commands = Main.line(nowhere, nowhere).getSubcommands();

        assertThat(found(CALL)).hasSizeGreaterThan(10).allSatisfy(call -> {
            String[] words = call.split(" ", -1);
            CommandLine command = commands.get(words[0]);
            assertThat(command).as(words[0]).isNotNull();
            assertThat(Arrays.stream(words).filter(word -> word.startsWith("--")))
                    .allMatch(option ->
                            Objects.requireNonNull(command).getCommandSpec().findOption(option) != null);
        });
    }

    @Test
    void eachPathIsServed() throws IOException {
        List<String> paths = Stream.concat(
                        new JsonMapper()
                                        .readTree(ROOT.resolve("docs/reference/openapi.json"))
                                        .path("paths")
                                        .propertyNames()
                                        .stream(),
                        Stream.of("/metrics", "/health/live", "/health/ready"))
                .toList();

        assertThat(found(PATH))
                .hasSizeGreaterThan(20)
                .allMatch(path -> paths.stream().anyMatch(served -> isOf(path, served)), "is a path of the admin port");
    }

    /** Returns whether a path is that of an operation, in which a step in braces stands for any. */
    private static boolean isOf(String path, String served) {
        return path.equals(served) || path.matches(served.replaceAll("\\{\\w+}", "[^/]+"));
    }

    @Test
    void eachMetricThatIsSearchedForIsThere() throws IOException {
        String metrics = Files.readString(ROOT.resolve("docs/reference/metrics.md"));

        assertThat(found(GREPPED)).hasSizeGreaterThan(5).allMatch(metrics::contains, "is a metric");
    }

    @Test
    void eachCodeIsInTheTableOfCodes() throws IOException {
        String codes = Files.readString(ROOT.resolve("docs/reference/error-codes.md"));

        assertThat(found(CODE).filter(code -> !code.startsWith("POLICY_ENGINE_")))
                .isNotEmpty()
                .allMatch(code -> codes.contains("| `" + code + "` |"), "is a code");
    }

    @Test
    void eachLogLineIsWritten() throws IOException {
        String sources = sources();

        assertThat(found(LOGGED)).hasSizeGreaterThan(3).allMatch(sources::contains, "is in a log line of the code");
    }

    /** Returns the main sources of all modules, with texts joined that are written in several pieces. */
    private static String sources() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> all = Files.walk(module)) {
                    all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
                }
            }
        }
        StringBuilder sources = new StringBuilder();
        for (Path file : files) {
            sources.append(Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", ""));
        }
        return sources.toString();
    }
}
