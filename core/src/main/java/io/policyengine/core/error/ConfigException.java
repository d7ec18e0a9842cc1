package io.policyengine.core.error;

import java.util.List;

/**
 * Thrown for an unusable configuration, with all its problems and without a stack trace. The message includes only the
 * {@link ReportedProblems}.
 */
public class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** Creates the exception; at least one of the problems is an error. */
    public ConfigException(List<Problem> problems) {
        super(ReportedProblems.of(problems).text(), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** All problems, including warnings, by file and line. */
    public List<Problem> problems() {
        return problems;
    }
}
