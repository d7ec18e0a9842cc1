package io.policyengine.policies.access;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The rules that say who may use something: the first that is for the caller counts.
 *
 * @param <G> all that one caller may use
 * @param others that of callers for whom no rule is
 */
public record AccessPlan<G>(G others, List<Rule<G>> rules) {
    /** Copies. */
    public AccessPlan {
        rules = List.copyOf(rules);
    }

    /** All that some may use. */
    public record Rule<G>(Who who, G grants) {}

    /** All that the caller may use; empty if an expression has no value. */
    public Optional<G> of(RequestContext context) {
        return first(who -> who.isFor(context));
    }

    /** The same for the response. */
    public Optional<G> of(ResponseContext context) {
        return first(who -> who.isFor(context));
    }

    private Optional<G> first(Predicate<Who> isFor) {
        try {
            for (Rule<G> rule : rules) {
                if (isFor.test(rule.who())) {
                    return Optional.of(rule.grants());
                }
            }
            return Optional.of(others);
        } catch (PolicyException noValue) {
            return Optional.empty();
        }
    }

    /** True if not all may use the same. */
    public boolean differs() {
        return !rules.isEmpty();
    }

    /** The facts that its rules look at. */
    public EntryFacts facts() {
        return rules.stream().map(rule -> rule.who().facts()).reduce(EntryFacts.none(), EntryFacts::with);
    }
}
