package io.policyengine.core.who;

import io.policyengine.core.expression.Formula;
import io.policyengine.core.expression.Formula.And;
import io.policyengine.core.expression.Formula.Atom;
import io.policyengine.core.expression.Formula.Constant;
import io.policyengine.core.expression.Formula.Not;
import io.policyengine.core.expression.Formula.Or;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Cause.Kind;
import io.policyengine.core.who.Opening.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances in which messages pass without a guarantee, in terms that two configurations share. Modes are not
 * included, since an entry that is off never has its effect.
 *
 * @param needs the circumstances other than conditions
 * @param when the condition on the message
 */
record Circumstances(Set<Need> needs, And when) {
    /** The circumstances if messages always pass without the guarantee: none are needed. */
    static final Circumstances ALWAYS = new Circumstances(Set.of(), new And(List.of()));

    /**
     * The mark that is appended to the text of a condition's atom if an earlier entry may have changed the atom's
     * value.
     */
    private static final String CHANGED = "@changed";

    /**
     * A circumstance that is not a condition.
     *
     * @param kind null if the entry provides the identity that a condition reads
     * @param of the entry and, for a dependency, the setting; for a worker, its name and the number of the failed call
     */
    record Need(@Nullable Kind kind, String of) {}

    Circumstances {
        needs = Set.copyOf(needs);
    }

    /**
     * Returns the circumstances of a way in terms that both configurations share.
     *
     * @param places returns the corresponding place of an entry after the change
     * @param byProvider whether it matters which entry provides the identity that a condition reads
     * @param compiled the conditions that were compiled so far
     */
    static Circumstances of(
            Way way, AnsweredRoute route, UnaryOperator<Position> places, boolean byProvider, Conditions compiled) {
        Set<Need> needs = new HashSet<>();
        Set<Position> entries = new HashSet<>();
        List<Formula> conditions = new ArrayList<>();
        Map<String, Integer> failedCalls = new HashMap<>();
        for (Cause cause : way.causes()) {
            var place = new Position(cause.phase(), cause.entry());
            entries.add(place);
            switch (cause.kind()) {
                case OFF, SHADOW -> {}
                case CONDITION_FALSE -> {
                    if (way.conditions().stream().noneMatch(condition -> place.equals(placeOf(condition)))) {
                        conditions.add(condition(route, place, false, false, compiled));
                    }
                }
                case WORKER_AWAY -> {
                    String worker = route.entry(place).worker();
                    needs.add(new Need(cause.kind(), worker + " " + failedCalls.merge(worker, 1, Integer::sum)));
                }
                case DEPENDENCY_AWAY -> needs.add(new Need(cause.kind(), places.apply(place) + cause.setting()));
                case NO_CREDENTIALS,
                        OVERLOADED,
                        TOO_LARGE,
                        COSTS_NOTHING,
                        ENCODED,
                        SKIPS_REMAINING,
                        UNDECLARED,
                        FROM_MEMORY,
                        REROUTED,
                        UNDECIDED ->
                    needs.add(new Need(cause.kind(), places.apply(place).toString()));
            }
        }
        List<Way.Condition> ofIdentity = new ArrayList<>();
        for (Way.Condition condition : way.conditions()) {
            Position place = placeOf(condition);
            if (has(route, place, Fact.ALWAYS_ANSWERS) || entries.contains(place)) {
                Formula formula = condition(route, place, condition.value(), condition.original(), compiled);
                conditions.add(formula);
                if (byProvider && place.phase() == Phase.REQUEST && condition.identified() && readsIdentity(formula)) {
                    var provider = new Position(Phase.REQUEST, condition.identity());
                    needs.add(new Need(null, places.apply(provider).toString()));
                }
            } else if (condition.value() && has(route, place, Fact.PROVIDES_IDENTITY)) {
                ofIdentity.add(condition);
            }
        }
        // Whether a condition on the identity is true depends on the entries that provide it.
        if (conditions.stream().anyMatch(Circumstances::readsIdentity)) {
            ofIdentity.forEach(condition ->
                    conditions.add(condition(route, placeOf(condition), true, condition.original(), compiled)));
        }
        return new Circumstances(needs, new And(conditions));
    }

    private static boolean has(AnsweredRoute route, Position place, Fact fact) {
        EntryFacts facts = route.entry(place).facts();
        return facts != null && facts.has(fact);
    }

    private static boolean readsIdentity(Formula formula) {
        return switch (formula) {
            case Constant _ -> false;
            case Not(Formula operand) -> readsIdentity(operand);
            case And(List<Formula> operands) -> operands.stream().anyMatch(Circumstances::readsIdentity);
            case Or(List<Formula> operands) -> operands.stream().anyMatch(Circumstances::readsIdentity);
            case Atom atom -> atom.reads().stream().anyMatch(Identity::isPart);
        };
    }

    private static Position placeOf(Way.Condition condition) {
        return new Position(condition.phase(), condition.entry());
    }

    private static Formula condition(
            AnsweredRoute route, Position place, boolean value, boolean isOriginal, Conditions compiled) {
        String text = Objects.requireNonNull(route.entry(place).config().when());
        Formula formula = compiled.written(text, place.phase());
        Formula read = isOriginal ? formula : changed(formula);
        return value ? read : new Not(read);
    }

    private static Formula changed(Formula formula) {
        return switch (formula) {
            case Constant constant -> constant;
            case Not(Formula operand) -> new Not(changed(operand));
            case And(List<Formula> operands) ->
                new And(operands.stream().map(Circumstances::changed).toList());
            case Or(List<Formula> operands) ->
                new Or(operands.stream().map(Circumstances::changed).toList());
            case Atom atom ->
                new Atom(
                        atom.text() + CHANGED,
                        atom.reads(),
                        atom.subject() == null ? null : atom.subject() + CHANGED,
                        atom.constant(),
                        atom.isPresence());
        };
    }

    /** Returns whether these circumstances can occur when none of the others do. */
    boolean areBeyond(List<Circumstances> others, WorkBudget budget) {
        List<And> sufficient = others.stream()
                .filter(other -> needs.containsAll(other.needs))
                .map(Circumstances::when)
                .toList();
        budget.take(others.size());
        return sufficient.stream().noneMatch(other -> when.operands().containsAll(other.operands()))
                && Satisfiability.isBeyond(when, sufficient, budget);
    }
}
