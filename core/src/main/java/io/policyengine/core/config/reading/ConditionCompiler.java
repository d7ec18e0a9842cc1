package io.policyengine.core.config.reading;

import io.policyengine.core.error.Problem;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles the conditions of entries and determines which values they read. Used for one reading of the configuration.
 * Compiles each text once for each phase, since many routes have the same condition.
 */
final class ConditionCompiler {
    private static final Checked NONE = new Checked(EntryFacts.none(), List.of());

    private final Map<Written, Compiled<Boolean>> compiled = new HashMap<>();

    private record Written(String text, Phase phase) {}

    record Checked(EntryFacts facts, List<Problem> problems) {}

    /** Compiles the entry's condition, if it has one, for a flow of this phase. */
    Checked check(PlacedEntry placed, Phase phase) {
        var when = placed.entry().when();
        if (when == null || !placed.section().isSound(placed.pointer() + "/when")) {
            return NONE;
        }
        return switch (compiled.computeIfAbsent(
                new Written(when, phase), written -> Expression.condition(written.text(), written.phase()))) {
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
