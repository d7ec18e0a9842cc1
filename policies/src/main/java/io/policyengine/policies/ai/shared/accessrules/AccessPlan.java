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
 * The grants of each audience. An audience is a group of callers. The first rule whose audience includes the caller
 * applies.
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
                        pointer, "a rule must state to which callers it applies: give consumers, claims or when"));
            }
            return new Rule<>(Audience.of(params, pointer, problems), grants);
        }
    }

    /**
     * Compiles the rules, and records their problems.
     *
     * @param rules rules as written
     * @param audience function that returns the audience of a rule
     * @param grants function that returns the grants of a rule, given the grants of callers without a rule
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

    /** Returns the grants of the request's caller; empty if an expression in a rule fails. */
    public Optional<G> of(RequestContext context) {
        return first(audience -> audience.includes(context));
    }

    /** Returns the grants of the response's caller; empty if an expression in a rule fails. */
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
