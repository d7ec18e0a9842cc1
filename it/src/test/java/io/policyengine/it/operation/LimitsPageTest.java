package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/security/limits.md to its word: each class, key and test that it names exists, and no limit is without a row. */
class LimitsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/security/limits.md");
    private static final Path REFERENCE = ROOT.resolve("docs/reference/configuration.md");
    private static final int CELLS = 5;

    /** What is no class of the engine's. */
    private static final List<String> LIBRARIES = List.of("RE2/J");

    /**
     * A row.
     *
     * @param counted the classes that count or time it
     * @param limit the cell of the limit
     * @param test the class of the test, a dot, and its method
     */
    private record Row(String counted, String limit, String test) {}

    @Test
    void eachTestThatItNamesIsThere() throws IOException {
        Map<String, Path> tests = classes("src/test/java");

        for (Row row : rows()) {
            List<String> named = codes(row.test());
            assertThat(named).as(row.toString()).isNotEmpty();
            for (String test : named) {
                int dot = test.indexOf('.');
                assertThat(tests).as("the class of %s", test).containsKey(test.substring(0, dot));
                assertThat(Files.readString(tests.get(test.substring(0, dot))))
                        .as(test)
                        .contains("void " + test.substring(dot + 1) + "(");
            }
        }
    }

    @Test
    void eachClassThatItNamesIsThere() throws IOException {
        Map<String, Path> classes = classes("src/main/java");

        for (Row row : rows()) {
            if (!LIBRARIES.contains(row.counted())) {
                assertThat(codes(row.counted())).as(row.toString()).isNotEmpty();
                assertThat(classes).containsKeys(codes(row.counted()).toArray(String[]::new));
            }
        }
    }

    @Test
    void eachKeyThatItNamesIsThere() throws IOException {
        List<String> keys = keys();

        for (Row row : rows()) {
            for (String key : codes(row.limit())) {
                assertThat(keys).as("%s of %s", key, row).anyMatch(known -> known.endsWith("." + key));
            }
        }
    }

    @Test
    void noLimitOfTheReferenceIsWithoutARow() throws IOException {
        List<String> named =
                rows().stream().flatMap(row -> codes(row.limit()).stream()).toList();

        assertThat(keys())
                .filteredOn(key -> key.contains(".limits.") || key.contains(".resource_limits."))
                .allMatch(key -> named.stream().anyMatch(name -> key.endsWith("." + name)), "has a row");
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            List<String> cells = cells(line);
            if (cells.size() == CELLS
                    && !cells.get(0).startsWith("-")
                    && !cells.get(0).equals("Held, done or awaited")) {
                rows.add(new Row(cells.get(1), cells.get(2), cells.get(4)));
            }
        }
        assertThat(rows).hasSizeGreaterThan(40);
        return rows;
    }

    private static List<String> cells(String line) {
        return line.startsWith("|") && line.endsWith("|")
                ? Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                        .map(String::strip)
                        .toList()
                : List.of();
    }

    /** The texts between backticks. */
    private static List<String> codes(String cell) {
        List<String> codes = new ArrayList<>();
        String[] parts = cell.split("`", -1);
        for (int i = 1; i < parts.length; i += 2) {
            codes.add(parts[i]);
        }
        return codes;
    }

    private static List<String> keys() throws IOException {
        List<String> keys = Files.readAllLines(REFERENCE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> codes(line).getFirst())
                .toList();
        assertThat(keys).contains("policy_kernel.limits.max_exchanges");
        return keys;
    }

    /** The files of all modules by the name of their class. */
    private static Map<String, Path> classes(String folder) throws IOException {
        Map<String, Path> classes = new HashMap<>();
        List<Path> modules;
        try (Stream<Path> all = Files.list(ROOT)) {
            modules = all.map(module -> module.resolve(folder))
                    .filter(Files::isDirectory)
                    .toList();
        }
        for (Path module : modules) {
            try (Stream<Path> files = Files.walk(module)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    String name = file.getFileName().toString();
                    classes.put(name.substring(0, name.length() - ".java".length()), file);
                });
            }
        }
        return classes;
    }
}
