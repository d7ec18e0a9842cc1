package io.policyengine.core.error;

import io.policyengine.core.error.Problem.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The problems of a configuration that are reported: the first {@value #MAX}, errors before warnings.
 *
 * @param count the number of all problems
 * @param first at most {@value #MAX} problems
 */
public record ReportedProblems(int count, List<Problem> first) {
    /** Maximum number of problems of a configuration that are reported; further ones are only counted. */
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

    /** The reported problems, one per line. If there are more, the last line contains the number of the others. */
    public String text() {
        return first.stream().map(Problem::toString).collect(Collectors.joining("\n"))
                + (count > first.size()
                        ? "\nand " + (count - first.size()) + " more: `policy-engine validate` prints them all"
                        : "");
    }
}
