package io.policyengine.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The hand-written pages of limits: docs/security/limits.md and those in the folder beside it. */
final class LimitsPages {
    private static final Path INDEX = Path.of("../docs/security/limits.md");
    private static final Path FOLDER = Path.of("../docs/security/limits");

    /** A name in backticks, with the target of its link if it is one. */
    private static final Pattern NAME = Pattern.compile("\\[`([^`]+)`]\\(([^()]*)\\)|`([^`]+)`");

    private static final Pattern CONSTANT = Pattern.compile("[A-Z]\\w*(\\.[A-Z]\\w*)*\\.[A-Z][A-Z0-9_]*");

    private LimitsPages() {}

    /**
     * A row of a table that has a column for limits.
     *
     * @param cells the cells by the headings of their columns
     */
    record Row(Path page, Map<String, String> cells) {
        String limit() {
            return cells.getOrDefault("Limit", "");
        }

        String counted() {
            return cells.getOrDefault("Counted in", "");
        }

        /** Returns whether the table names tests. */
        boolean hasTests() {
            return cells.containsKey("Test");
        }

        String tests() {
            return cells.getOrDefault("Test", "");
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return Stream.concat(Stream.of(INDEX), files.sorted()).toList();
        }
    }

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path page : files()) {
            List<String> head = List.of();
            for (String line : Files.readAllLines(page)) {
                List<String> cells = cells(line);
                if (cells.isEmpty()) {
                    head = List.of();
                } else if (head.isEmpty()) {
                    head = cells;
                } else if (head.contains("Limit") && !cells.getFirst().startsWith("---")) {
                    rows.add(new Row(page, byHeading(head, cells)));
                }
            }
        }
        return rows;
    }

    private static Map<String, String> byHeading(List<String> head, List<String> cells) {
        if (cells.size() != head.size()) {
            throw new IllegalStateException(cells + " are not as many cells as " + head);
        }
        return IntStream.range(0, head.size()).boxed().collect(Collectors.toMap(head::get, cells::get));
    }

    private static List<String> cells(String line) {
        return line.startsWith("|") && line.endsWith("|")
                ? Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                        .map(String::strip)
                        .toList()
                : List.of();
    }

    /** Returns the constants that the rows name, each with its class. */
    static Set<String> constants() throws IOException {
        Set<String> constants = new TreeSet<>();
        for (Path page : files()) {
            names(Files.readString(page)).stream()
                    .filter(LimitsPages::isConstant)
                    .forEach(constants::add);
        }
        return constants;
    }

    static boolean isConstant(String name) {
        return CONSTANT.matcher(name).matches();
    }

    /** Returns the texts between backticks. */
    static List<String> names(String text) {
        return NAME.matcher(text).results().map(LimitsPages::name).toList();
    }

    /** Returns the text without the names between backticks. */
    static String withoutNames(String text) {
        return NAME.matcher(text).replaceAll("");
    }

    /**
     * Returns a text with other links of its names.
     *
     * @param link returns the target for a name and its present target; empty if it has none
     */
    static String relinked(String text, BinaryOperator<String> link) {
        return NAME.matcher(text).replaceAll(found -> {
            String name = name(found);
            String target = link.apply(name, found.group(2) == null ? "" : found.group(2));
            return Matcher.quoteReplacement(target.isEmpty() ? "`" + name + "`" : "[`" + name + "`](" + target + ")");
        });
    }

    private static String name(MatchResult found) {
        return found.group(1) == null ? found.group(3) : found.group(1);
    }
}
