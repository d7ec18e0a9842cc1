package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The page of each command: its options are those of the code, and its example is one of that command. */
class CommandPagesTest {
    private static final Path FOLDER = Path.of("../docs/cli");
    /** A page about what several commands have in common. */
    private static final String SHARED = "serving";

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
    private static final Set<String> EVERYWHERE = Set.of("--help", "--version");
    private static final Set<String> NO_VALUES = Set.of("", "null", "false", "[]");

    private static Map<String, CommandLine> commands() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return Main.line(nowhere, nowhere).getSubcommands();
    }

    private static Stream<DynamicTest> ofEachCommand(PageCheck check) {
        return commands().entrySet().stream()
                .map(command -> DynamicTest.dynamicTest(
                        command.getKey(),
                        () -> check.of(
                                command.getValue().getCommandSpec(),
                                Files.readAllLines(FOLDER.resolve(command.getKey() + ".md")))));
    }

    @Test
    void eachCommandHasAPageAndEachPageACommand() throws IOException {
        Set<String> expected = new TreeSet<>(commands().keySet());
        expected.add(SHARED);

        try (Stream<Path> pages = Files.list(FOLDER)) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", "")))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @TestFactory
    Stream<DynamicTest> eachPageHasTheOptionsOfItsCommandAndNoOthers() {
        return ofEachCommand((command, page) -> {
            List<String> shown = rows(page).keySet().stream().toList();

            assertThat(page.getFirst()).isEqualTo("# " + command.name());
            assertThat(shown).as("the table of options").containsExactlyInAnyOrderElementsOf(inTable(command));
            assertThat(names(command))
                    .as("the options in the synopsis")
                    .containsAll(optionsIn(synopsis(command, page)));
        });
    }

    @TestFactory
    Stream<DynamicTest> eachPageHasTheDefaultsOfItsCommand() {
        return ofEachCommand((command, page) -> {
            Map<String, String> rows = rows(page);

            for (OptionSpec option : options(command)) {
                String value = String.valueOf(option.defaultValueString());
                if (option.arity().max() > 0 && !NO_VALUES.contains(value)) {
                    assertThat(rows.get(inTable(option)))
                            .as(option.longestName())
                            .contains(value.replaceAll("\\$\\{env:([A-Z_]+).*", "$1"));
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> eachPageHasAnExampleWithItsOutput() {
        return ofEachCommand((command, page) -> {
            List<String> example = example(page);
            String call = example.stream()
                    .filter(line -> line.contains("policy-engine " + command.name()))
                    .findFirst()
                    .orElse("no call");

            assertThat(call).startsWith("$ ");
            assertThat(names(command)).containsAll(optionsIn(call));
            assertThat(example.getLast()).as("the output").isNotBlank().doesNotStartWith("$ ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "who", "policies", "schema", "envoy-config"})
    void theExampleOfACommandThatNeedsNoEngineIsTrue(String command) throws IOException {
        List<String> example = example(Files.readAllLines(FOLDER.resolve(command + ".md")));
        List<String> call =
                List.of(example.getFirst().replace("$ policy-engine ", "").split(" ", -1));
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);

        Main.run(printer, printer, call.stream().map(CommandPagesTest::fromHere).toArray(String[]::new));

        assertThat(out.toString().replace("../conf", "conf").lines())
                .containsSubsequence(example.stream()
                        .skip(1)
                        .filter(line -> !line.strip().equals("…"))
                        .toList());
    }

    /** Returns a word of a command line with the path from this module. */
    private static String fromHere(String word) {
        return word.startsWith("conf") ? "../" + word : word;
    }

    private static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !EVERYWHERE.contains(option.longestName()))
                .toList();
    }

    private static Set<String> names(CommandSpec command) {
        return options(command).stream().map(OptionSpec::longestName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> inTable(CommandSpec command) {
        List<String> names = new ArrayList<>();
        options(command).forEach(option -> names.add(inTable(option)));
        command.positionalParameters().stream()
                .map(PositionalParamSpec::paramLabel)
                .forEach(names::add);
        return names;
    }

    /** Returns an option as a table shows it, with the label of its value unless it has several. */
    private static String inTable(OptionSpec option) {
        return option.arity().max() == 1 ? option.longestName() + " " + option.paramLabel() : option.longestName();
    }

    /** Returns the rows of the first table of a page by the options and parameters that they describe. */
    private static Map<String, String> rows(List<String> page) {
        return page.stream()
                .dropWhile(line -> !line.startsWith("| Option | Default |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .flatMap(row -> CODE.matcher(row.substring(0, row.indexOf('|', 1)))
                        .results()
                        .map(code -> Map.entry(code.group(1), row)))
                .collect(Collectors.toMap(
                        row -> row.getKey().replaceFirst("^(--[a-z-]+) [A-Z]+ [A-Z]+$", "$1"), Map.Entry::getValue));
    }

    /** Returns the first block of code of a page, which shows how the command is called. */
    private static String synopsis(CommandSpec command, List<String> page) {
        String synopsis = page.stream()
                .dropWhile(line -> !line.startsWith("    policy-engine "))
                .takeWhile(line -> line.startsWith("    "))
                .collect(Collectors.joining("\n"));
        assertThat(synopsis.lines().filter(line -> line.startsWith("    policy-engine ")))
                .allSatisfy(line -> assertThat(line).startsWith("    policy-engine " + command.name()));
        return synopsis;
    }

    private static Set<String> optionsIn(String text) {
        return OPTION.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the first block of code after the heading of the example: the call, and what it prints. */
    private static List<String> example(List<String> page) {
        String block = page.stream()
                .dropWhile(line -> !line.equals("## Example"))
                .dropWhile(line -> !line.startsWith("    "))
                .takeWhile(line -> line.startsWith("    ") || line.isEmpty())
                .map(line -> line.isEmpty() ? line : line.substring(4))
                .collect(Collectors.joining("\n"));
        return block.strip().lines().toList();
    }

    /** A check of a command's page. */
    private interface PageCheck {
        void of(CommandSpec command, List<String> page) throws IOException;
    }
}
