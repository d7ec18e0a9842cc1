package io.policyengine.core.expression;

import java.util.List;

/**
 * The result of compiling an expression.
 * @param <T> the type of the expression's value
 */
public sealed interface Compiled<T> {
    /** An expression that can be evaluated. */
    record Ok<T>(Expression<T> expression) implements Compiled<T> {}

    /** An invalid expression, with at least one fault. */
    record Invalid<T>(List<ExpressionFault> faults) implements Compiled<T> {}
}
