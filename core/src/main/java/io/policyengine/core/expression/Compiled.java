package io.policyengine.core.expression;

import java.util.List;

/**
 * The result of compiling an expression.
 *
 * @param <T> what it evaluates to
 */
public sealed interface Compiled<T> {
    /** An expression that can be evaluated. */
    record Ok<T>(Expression<T> expression) implements Compiled<T> {}

    /** A text that is no expression of this type; at least one fault. */
    record Invalid<T>(List<ExpressionFault> faults) implements Compiled<T> {}
}
