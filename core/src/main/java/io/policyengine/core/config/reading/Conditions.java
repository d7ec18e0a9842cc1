package io.policyengine.core.config.reading;

import io.policyengine.core.error.Problem;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import java.util.List;

/** Compiles the conditions of entries and determines which values they read. */
final class Conditions {
    private static final Checked NONE = new Checked(EntryFacts.none(), List.of());

    private Conditions() {}

    record Checked(EntryFacts facts, List<Problem> problems) {}

    /** Compiles the entry's condition, if it has one, for a flow of this phase. */
    static Checked check(PlacedEntry placed, Phase phase) {
        var when = placed.entry().when();
        if (when == null || !placed.section().isSound(placed.pointer() + "/when")) {
            return NONE;
        }
        return switch (Expression.condition(when, phase)) {
            case Compiled.Ok<Boolean>(var condition) -> new Checked(condition.facts(), List.of());
            case Compiled.Invalid<Boolean>(var faults) ->
                new Checked(
                        EntryFacts.none(),
                        faults.stream()
                                .map(fault -> problem(placed, when, fault))
                                .toList());
        };
    }

    private static Problem problem(PlacedEntry placed, String when, ExpressionFault fault) {
        var pointer = placed.pointer() + "/when";
        return Problem.error(placed.section().place(pointer), "when: " + fault.explain(when));
    }
}
