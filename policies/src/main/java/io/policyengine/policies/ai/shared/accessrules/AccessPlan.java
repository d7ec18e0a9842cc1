package io.policyengine.policies.ai.shared.accessrules;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.policies.ai.shared.audience.Audience;
import io.policyengine.policies.ai.shared.audience.AudienceParams;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Grants by audience. The first rule whose audience includes the caller applies.
 *
 * @param <G> the grants of a caller
 * @param others grants of callers to which no rule applies
 */
public record AccessPlan<G>(G others, List<Rule<G>> rules) {
    public AccessPlan {
        rules = List.copyOf(rules);
    }

    /** The grants of an audience. */
    public record Rule<G>(Audience audience, G grants) {
        private static <G> Rule<G> of(
                AudienceParams params, G grants, String pointer, Collection<ParamProblem> problems) {
            if (params.isForAll()) {
                problems.add(new ParamProblem(
                        pointer, "a rule must state which callers it is for: give consumers, claims or when"));
            }
            return new Rule<>(Audience.of(params, pointer, problems), grants);
        }
    }

    /**
     * Compiles the parameters, and records problems.
     *
     * @param rules rules as written
     * @param audience returns the audience of a rule
     * @param grants returns the grants of a rule, given the grants of callers without a rule
     */
    public static <G, R> AccessPlan<G> of(
            G others,
            List<R> rules,
            Function<R, AudienceParams> audience,
            BiFunction<G, R, G> grants,
            Collection<ParamProblem> problems) {
        List<Rule<G>> read = new ArrayList<>(rules.size());
        for (int i = 0; i < rules.size(); i++) {
            R rule = rules.get(i);
            read.add(Rule.of(audience.apply(rule), grants.apply(others, rule), "/rules/" + i, problems));
        }
        return new AccessPlan<>(others, read);
    }

    /** Returns the grants of the caller; empty if an expression has no value. */
    public Optional<G> of(RequestContext context) {
        return first(audience -> audience.includes(context));
    }

    /** Returns the grants of the caller for the response. */
    public Optional<G> of(ResponseContext context) {
        return first(audience -> audience.includes(context));
    }

    private Optional<G> first(Predicate<Audience> includes) {
        try {
            for (Rule<G> rule : rules) {
                if (includes.test(rule.audience())) {
                    return Optional.of(rule.grants());
                }
            }
            return Optional.of(others);
        } catch (PolicyException noValue) {
            return Optional.empty();
        }
    }

    /** Returns whether callers may have different grants. */
    public boolean differs() {
        return !rules.isEmpty();
    }

    /** Returns the facts that the rules read. */
    public EntryFacts facts() {
        return rules.stream().map(rule -> rule.audience().facts()).reduce(EntryFacts.none(), EntryFacts::with);
    }
}
