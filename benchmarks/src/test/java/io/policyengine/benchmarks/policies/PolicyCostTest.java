package io.policyengine.benchmarks.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Each row of the table of costs is what the measurement takes: it is begun as a benchmark begins it, and not timed. */
class PolicyCostTest {
    private static List<String> names(Predicate<PolicyCost> rows) {
        return PolicyCost.all().stream().filter(rows).map(PolicyCost::name).toList();
    }

    /** All rows nightly; in the gate each fourth. */
    static List<String> selected() {
        return selected(_ -> true);
    }

    private static List<String> selected(Predicate<PolicyCost> rows) {
        List<String> all = names(rows);
        int nth = Boolean.getBoolean("tests.all") ? 1 : 4;
        return IntStream.range(0, all.size())
                .filter(number -> number % nth == 0)
                .mapToObj(all::get)
                .toList();
    }

    static List<String> longOnes() {
        return selected(row -> row.mebibyte() != null);
    }

    static List<String> streamed() {
        return selected(PolicyCost::events);
    }

    @ParameterizedTest
    @MethodSource("selected")
    void aRowDoesWhatItSays(String name) throws IOException {
        PolicyBenchmark benchmark = new PolicyBenchmark();
        benchmark.row = name;

        benchmark.start();
        benchmark.stop();
    }

    @ParameterizedTest
    @MethodSource("longOnes")
    void aRowTakesALongBody(String name) throws IOException {
        start(name, false);
    }

    @ParameterizedTest
    @MethodSource("streamed")
    void aRowTakesEvents(String name) throws IOException {
        start(name, true);
    }

    private static void start(String name, boolean events) throws IOException {
        BodyBenchmark benchmark = new BodyBenchmark();
        benchmark.row = name;
        benchmark.events = events;

        benchmark.start();
        benchmark.stop();
    }

    @Test
    void eachPolicyHasARowAndEachRowANameOfItsOwn() {
        List<PolicyCost> rows = PolicyCost.all();

        assertThat(CostPage.missing(rows)).isEmpty();
        assertThat(rows).extracting(PolicyCost::name).doesNotHaveDuplicates();
        assertThat(CostPage.missing(rows.subList(1, rows.size()).stream()
                        .filter(row -> !row.policy().equals("virusScan"))
                        .toList()))
                .containsExactly("virusScan");
    }

    @Test
    void anUnknownKeyOfARowIsAFault() {
        assertThatThrownBy(() -> PolicyCost.of(
                        new YAMLMapper().readTree("{ name: csrf, policy: csrf, does: it, megabyte: json }")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("megabyte");
    }
}
