package io.policyengine.core.params;

import java.util.List;

/**
 * The result of {@link ParamsBinder#bind}.
 * @param <P> the parameter record
 */
public sealed interface BoundParams<P extends Record> {
    /** Valid parameters. */
    record Ok<P extends Record>(P value) implements BoundParams<P> {}

    /**
     * Invalid parameters.
     *
     * @param problems all problems, in the order of the text
     */
    record Invalid<P extends Record>(List<ParamProblem> problems) implements BoundParams<P> {}
}
