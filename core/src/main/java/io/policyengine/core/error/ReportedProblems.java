package io.policyengine.core.error;

import io.policyengine.core.error.Problem.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The reported problems of a configuration: the first {@value #MAX}, errors before warnings, and the total number.
 *
 * @param count of all
 * @param first at most {@value #MAX}
 */
public record ReportedProblems(int count, List<Problem> first) {
    /** Limit of reported problems. */
    public static final int MAX = 100;

    public static final ReportedProblems NONE = new ReportedProblems(0, List.of());

    public ReportedProblems {
        first = List.copyOf(first);
    }

    /** Selects the reported problems. */
    public static ReportedProblems of(List<Problem> all) {
        return new ReportedProblems(
                all.size(),
                Arrays.stream(Severity.values())
                        .flatMap(severity -> all.stream().filter(problem -> problem.severity() == severity))
                        .limit(MAX)
                        .toList());
    }

    public ReportedProblems and(ReportedProblems more) {
        List<Problem> told = new ArrayList<>(first);
        told.addAll(more.first);
        return new ReportedProblems(count + more.count, of(told).first);
    }

    /** The problems, one per line, and the number of unreported ones on the last line. */
    public String text() {
        return first.stream().map(Problem::toString).collect(Collectors.joining("\n"))
                + (count > first.size()
                        ? "\nand " + (count - first.size()) + " more: `policy-engine validate` prints them all"
                        : "");
    }
}
