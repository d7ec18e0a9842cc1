package io.policyengine.core.config;

import io.policyengine.core.error.Problem;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.policy.Phase;
import java.util.List;

/** Finds out whether the conditions of entries can be compiled. */
final class Conditions {
    private Conditions() {}

    /** What is wrong with the entry's condition in a flow of this phase. */
    static List<Problem> problems(PlacedEntry placed, Phase phase) {
        var when = placed.entry().when();
        if (when == null) {
            return List.of();
        }
        return switch (Expression.condition(when, phase)) {
            case Compiled.Ok<Boolean> _ -> List.of();
            case Compiled.Invalid<Boolean>(var faults) ->
                faults.stream().map(fault -> problem(placed, when, fault)).toList();
        };
    }

    private static Problem problem(PlacedEntry placed, String when, ExpressionFault fault) {
        var pointer = placed.pointer() + "/when";
        var message = placed.section().isReference(pointer)
                ? "no CEL condition (a value by reference), at line " + fault.line() + ", column " + fault.column()
                : fault.explain(when);
        return Problem.error(placed.section().place(pointer), "when: " + message);
    }
}
