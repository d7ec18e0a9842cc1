package io.policyengine.core.error;

import io.policyengine.core.error.Problem.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The problems of a configuration as they are kept and told, however many it has: the first {@value #MAX}, errors before warnings, and the
 * number of all.
 *
 * @param count of all
 * @param first at most {@value #MAX}
 */
public record ToldProblems(int count, List<Problem> first) {
    /** The most problems that are told. */
    public static final int MAX = 100;

    /** No problem. */
    public static final ToldProblems NONE = new ToldProblems(0, List.of());

    /** Copies. */
    public ToldProblems {
        first = List.copyOf(first);
    }

    /** Those of all that are told. */
    public static ToldProblems of(List<Problem> all) {
        return new ToldProblems(
                all.size(),
                Arrays.stream(Severity.values())
                        .flatMap(severity -> all.stream().filter(problem -> problem.severity() == severity))
                        .limit(MAX)
                        .toList());
    }

    /** These and more. */
    public ToldProblems and(ToldProblems more) {
        List<Problem> told = new ArrayList<>(first);
        told.addAll(more.first);
        return new ToldProblems(count + more.count, of(told).first);
    }

    /** Each on a line, and on the last the number of those that are not told. */
    public String text() {
        return first.stream().map(Problem::toString).collect(Collectors.joining("\n"))
                + (count > first.size()
                        ? "\nand " + (count - first.size()) + " more: `policy-engine validate` prints them all"
                        : "");
    }
}
