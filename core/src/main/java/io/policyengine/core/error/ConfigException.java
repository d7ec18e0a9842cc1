package io.policyengine.core.error;

import java.util.List;

/**
 * A configuration that cannot be used, with all its problems, without a stack trace. Its message includes only the
 * {@link ReportedProblems}.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** Creates the exception for problems of which at least one is an error. */
    public ConfigException(List<Problem> problems) {
        super(ReportedProblems.of(problems).text(), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** All problems, warnings too, by file and line. */
    public List<Problem> problems() {
        return problems;
    }
}
