package io.policyengine.core.policy;

import io.policyengine.core.params.ParamProblem;
import java.util.List;

/** Thrown for parameters that match their schema but are invalid nevertheless. Carries all problems at once. */
public final class InvalidParamsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ParamProblem> problems;

    public InvalidParamsException(List<ParamProblem> problems) {
        super(problems.toString(), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** Creates a problem at a JSON Pointer into the parameters. */
    public InvalidParamsException(String pointer, String message) {
        this(List.of(new ParamProblem(pointer, message)));
    }

    /** Returns a copy whose pointers begin with the given one, for problems found in a part of the parameters. */
    public InvalidParamsException at(String pointer) {
        return new InvalidParamsException(problems.stream()
                .map(problem -> new ParamProblem(pointer + problem.pointer(), problem.message()))
                .toList());
    }

    public List<ParamProblem> problems() {
        return problems;
    }
}
