package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each test runs in the gate, nightly, or against peers; and what is proved nightly by mass or time is proved once in the gate. */
class TiersTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"(\\w+)\"\\)");
    private static final Pattern NIGHTLY_CLASS =
            Pattern.compile("@Tag\\(\"nightly\"\\)\\n(?:@.*\\n)*(?:public |final |abstract )*class ");
    private static final Pattern RULE = Pattern.compile("SPEC (§\\d+|\"[^\"]+\")");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    /** The sources of classes of tests, by simple name. */
    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            TiersTest::text,
                            String::concat,
                            TreeMap::new));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNightly(String source) {
        return source.contains("@Tag(\"nightly\")");
    }

    /** True if some tests of the class run in the gate. */
    private static boolean isInTheGate(String source) {
        return !NIGHTLY_CLASS.matcher(source).find() && !source.contains("@Tag(\"peers\")");
    }

    /** A row of the table of nightly tests. */
    private record Row(Set<String> nightly, Set<String> gate) {
        static Row of(String line) {
            String[] cells = line.split("\\|", -1);
            return new Row(names(cells[1]), names(cells[3]));
        }

        private static Set<String> names(String cell) {
            return NAME.matcher(cell)
                    .results()
                    .map(name -> name.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/testing.md")).stream()
                .dropWhile(line -> !line.startsWith("| Nightly |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(Row::of)
                .toList();
    }

    @Test
    void eachNightlyTestHasItsPlaceInTheTable() throws IOException {
        Set<String> nightly = sources().entrySet().stream()
                .filter(source -> isNightly(source.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rows().stream().flatMap(row -> row.nightly().stream())).containsExactlyInAnyOrderElementsOf(nightly);
    }

    @Test
    void eachRowNamesTestsOfTheGateThatProveTheSameRule() throws IOException {
        Map<String, String> sources = sources();

        assertThat(rows())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.gate())
                        .as("the gate's tests for %s", row.nightly())
                        .isNotEmpty()
                        .allSatisfy(name -> {
                            assertThat(sources).containsKey(name);
                            assertThat(isInTheGate(sources.getOrDefault(name, "")))
                                    .as(name)
                                    .isTrue();
                        }));
    }

    @Test
    void eachRuleOfTheSpecificationThatATestNamesIsProvedInTheGate() throws IOException {
        Set<String> everywhere = new TreeSet<>();
        Set<String> gate = new TreeSet<>();
        for (String source : sources().values()) {
            List<String> rules =
                    RULE.matcher(source).results().map(MatchResult::group).toList();
            everywhere.addAll(rules);
            if (isInTheGate(source)) {
                gate.addAll(rules);
            }
        }

        assertThat(gate).isNotEmpty().isEqualTo(everywhere);
    }

    /** The gate does not begin that run. */
    @Test
    void whatRunsAloneRunsNightlyOnly() throws IOException {
        assertThat(sources().values())
                .filteredOn(source -> source.contains("@Tag(\"alone\")"))
                .isNotEmpty()
                .noneMatch(TiersTest::isInTheGate);
    }

    @Test
    void noTagLeavesTestsOutOfEveryRun() throws IOException {
        List<String> tags = new ArrayList<>();
        for (String source : sources().values()) {
            TAG.matcher(source).results().map(tag -> tag.group(1)).forEach(tags::add);
        }

        assertThat(tags).isNotEmpty().isSubsetOf("alone", "attacks", "nightly", "peers", "simulation");
    }
}
