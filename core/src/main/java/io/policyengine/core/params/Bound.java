package io.policyengine.core.params;

import java.util.List;

/**
 * Parameters after {@link ParamsBinder#bind}.
 *
 * @param <P> the parameter record
 */
public sealed interface Bound<P extends Record> {
    /** They fit. */
    record Ok<P extends Record>(P value) implements Bound<P> {}

    /**
     * They do not fit.
     *
     * @param problems all that is wrong, in the order of the text
     */
    record Invalid<P extends Record>(List<ParamProblem> problems) implements Bound<P> {}
}
