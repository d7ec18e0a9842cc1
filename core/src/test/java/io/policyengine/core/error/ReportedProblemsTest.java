package io.policyengine.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportedProblemsTest {
    private static final Location PLACE = Location.ofFile("routes/a.yaml");

    private static List<Problem> warnings(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> Problem.warning(PLACE, "warning " + number))
                .toList();
    }

    @Test
    void areTheFirstHundredAndErrorsComeFirst() {
        List<Problem> all = new ArrayList<>(warnings(5_000));
        all.add(Problem.error(PLACE, "an error"));

        ReportedProblems told = ReportedProblems.of(all);

        assertThat(told.count()).isEqualTo(5_001);
        assertThat(told.first()).hasSize(ReportedProblems.MAX);
        assertThat(told.first().getFirst().message()).isEqualTo("an error");
        assertThat(told.first().getLast().message()).isEqualTo("warning 98");
        assertThat(told.text())
                .startsWith("routes/a.yaml: error: an error\nroutes/a.yaml: warning: warning 0\n")
                .endsWith("\nand 4901 more: `policy-engine validate` prints them all");
    }

    @Test
    void fewAreToldAsTheyAre() {
        assertThat(ReportedProblems.of(warnings(2)).text())
                .isEqualTo("routes/a.yaml: warning: warning 0\nroutes/a.yaml: warning: warning 1");
        assertThat(ReportedProblems.NONE.text()).isEmpty();
    }

    @Test
    void togetherAreNoMoreThanAlone() {
        ReportedProblems both = ReportedProblems.of(warnings(99))
                .and(ReportedProblems.of(
                        List.of(Problem.error(PLACE, "1"), warnings(1).getFirst())));

        assertThat(both.count()).isEqualTo(101);
        assertThat(both.first()).hasSize(ReportedProblems.MAX);
        assertThat(both.first().getFirst().message()).isEqualTo("1");
    }

    @Test
    void aMessageHasABoundAndItsLastCharacterIsWhole() {
        assertThat(Problem.error(PLACE, "x".repeat(Problem.LONGEST)).message()).hasSize(Problem.LONGEST);
        assertThat(Problem.error(PLACE, "x".repeat(Problem.LONGEST + 1)).message())
                .isEqualTo("x".repeat(Problem.LONGEST - 1) + "…");
        assertThat(Problem.error(PLACE, "x".repeat(Problem.LONGEST - 2) + "😀😀")
                        .message())
                .isEqualTo("x".repeat(Problem.LONGEST - 2) + "…");
    }

    @Test
    void theMessageOfAConfigurationThatCannotBeUsedIsBoundedAndItsProblemsAreAllThere() {
        ConfigException unusable = new ConfigException(warnings(5_000));

        assertThat(unusable).hasMessageEndingWith("and 4900 more: `policy-engine validate` prints them all");
        assertThat(unusable.problems()).hasSize(5_000);
    }
}
