package io.policyengine.core.config.reading;

import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of problems that keeps the first {@value #MAX} errors and the first {@value #MAX} warnings. Further problems
 * are only counted.
 */
final class NotedProblems extends AbstractList<Problem> {
    /**
     * Maximum number of errors, and of warnings, that are listed for a configuration. Further ones are only counted.
     */
    static final int MAX = 1000;

    private final List<Problem> noted = new ArrayList<>();
    private int errors;
    private int warnings;

    @Override
    public boolean add(Problem problem) {
        int before = switch (problem.severity()) {
            case ERROR -> errors++;
            case WARNING -> warnings++;
        };
        if (before < MAX) {
            noted.add(problem);
        }
        return before < MAX;
    }

    @Override
    public Problem get(int index) {
        return noted.get(index);
    }

    @Override
    public int size() {
        return noted.size();
    }

    /** Returns a warning with the number of omitted problems; empty if there are none. */
    List<Problem> leftOut(String directory) {
        int more = Math.max(0, errors - MAX) + Math.max(0, warnings - MAX);
        return more == 0
                ? List.of()
                : List.of(Problem.warning(
                        Location.ofFile(directory), "not all problems are listed: there are " + more + " more"));
    }
}
