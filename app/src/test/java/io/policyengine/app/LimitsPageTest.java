package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.LimitsPages.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the hand-written pages of limits true to the code. Each class, test, constant, key and parameter that a row names exists, numbers are
 * only in the generated pages, and no limit of the configuration is without a row. {@code -Dgolden.update=true} rewrites the links of names.
 */
class LimitsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path REFERENCE = ROOT.resolve("docs/reference/configuration.md");

    /** Names that are not classes of the engine. */
    private static final List<String> LIBRARIES = List.of("RE2/J");

    private final PolicyParameters parameters = new PolicyParameters();

    @Test
    void thereAreRowsOfAllPages() throws IOException {
        assertThat(LimitsPages.rows())
                .hasSizeGreaterThan(300)
                .extracting(Row::page)
                .containsAll(LimitsPages.files());
    }

    @Test
    void eachTestThatARowNamesIsThere() throws IOException {
        Map<String, Path> tests = classes("src/test/java");

        for (Row row : LimitsPages.rows()) {
            List<String> named = LimitsPages.names(row.tests());
            assertThat(named.isEmpty()).as("%s names no test", row).isEqualTo(!row.hasTests());
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
    void eachClassThatARowNamesIsThere() throws IOException {
        Map<String, Path> classes = classes("src/main/java");

        for (Row row : LimitsPages.rows()) {
            if (!LIBRARIES.contains(row.counted())) {
                List<String> named = LimitsPages.names(row.counted());
                assertThat(named).as(row.toString()).isNotEmpty();
                assertThat(classes).as(row.toString()).containsKeys(named.toArray(String[]::new));
            }
        }
    }

    @Test
    void eachNameOfALimitIsAConstantAKeyOrAParameter() throws IOException {
        Map<String, List<String>> constants = constants();
        List<String> keys = keys();

        for (Row row : LimitsPages.rows()) {
            assertThat(LimitsPages.names(row.limit()))
                    .as("names of %s", row)
                    .allMatch(
                            name -> constants.containsKey(name)
                                    || keys.stream().anyMatch(key -> key.endsWith("." + name))
                                    || parameters.policyOf(name).isPresent(),
                            "is a constant of the code, a key of the configuration, or a parameter of a policy");
        }
    }

    @Test
    void noLimitIsANumber() throws IOException {
        for (Row row : LimitsPages.rows()) {
            assertThat(LimitsPages.withoutNames(row.limit()))
                    .as("%s: name the constant, the key or the parameter instead", row)
                    .doesNotContainPattern("[0-9]");
        }
    }

    @Test
    void eachNameOfAConstantOrAParameterIsALinkToItsPage() throws IOException {
        Map<String, List<String>> constants = constants();

        for (Path page : LimitsPages.files()) {
            String written = Files.readString(page);
            String linked = LimitsPages.relinked(written, (name, target) -> link(constants, page, name, target));
            if (Boolean.getBoolean("golden.update")) {
                Files.writeString(page, linked);
            }
            assertThat(Files.readString(page)).isEqualTo(linked);
        }
    }

    @Test
    void noLimitOfTheReferenceIsWithoutARow() throws IOException {
        List<String> named = LimitsPages.rows().stream()
                .flatMap(row -> LimitsPages.names(row.limit()).stream())
                .toList();

        assertThat(keys())
                .filteredOn(key -> key.contains(".limits.") || key.contains(".resource_limits."))
                .allMatch(key -> named.stream().anyMatch(name -> key.endsWith("." + name)), "has a row");
    }

    private String link(Map<String, List<String>> constants, Path page, String name, String target) {
        String up = Stream.generate(() -> "../")
                .limit(ROOT.resolve("docs").relativize(page).getNameCount() - 1)
                .collect(Collectors.joining());
        List<String> links = constants.getOrDefault(name, List.of()).stream()
                .map(area -> up + "reference/limits/" + area + ".md#constants")
                .toList();
        if (!links.isEmpty()) {
            return links.contains(target) ? target : links.getFirst();
        }
        return parameters
                .policyOf(name)
                .map(policy -> up + "policies/" + policy + ".md")
                .orElse(target);
    }

    /** Returns the areas in whose pages the constants are, by constant. */
    private static Map<String, List<String>> constants() {
        Map<String, List<String>> areas = new TreeMap<>();
        BoundAreas.all()
                .forEach((area, bounds) -> bounds.constants()
                        .forEach(constant -> areas.merge(
                                constant.name(),
                                List.of(area),
                                (some, more) -> Stream.concat(some.stream(), more.stream())
                                        .toList())));
        return areas;
    }

    private static List<String> keys() throws IOException {
        List<String> keys = Files.readAllLines(REFERENCE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> LimitsPages.names(line).getFirst())
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
