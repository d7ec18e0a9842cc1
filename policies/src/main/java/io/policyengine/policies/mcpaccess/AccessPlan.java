package io.policyengine.policies.mcpaccess;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.policies.access.Who;
import io.policyengine.policies.mcpaccess.McpAccessParams.RuleParams;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The rules that say who may use something.
 *
 * @param others all for whom no rule is
 */
record AccessPlan(Grants others, List<Rule> rules) {

    /** All that some may use. */
    record Rule(Who who, Grants grants) {}

    /** The plan of these parameters; notes what is wrong with them. */
    static AccessPlan of(McpAccessParams params, Collection<ParamProblem> problems) {
        Grants others = Grants.of(params);
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < params.rules().size(); i++) {
            RuleParams rule = params.rules().get(i);
            Who who =
                    Who.of(rule.consumers(), rule.claims(), Optional.ofNullable(rule.when()), "/rules/" + i, problems);
            rules.add(new Rule(who, others.with(rule)));
        }
        return new AccessPlan(others, List.copyOf(rules));
    }

    /** All that the caller may use; empty if an expression has no value. */
    Optional<Grants> of(RequestContext context) {
        return first(who -> who.isFor(context));
    }

    /** The same for the response. */
    Optional<Grants> of(ResponseContext context) {
        return first(who -> who.isFor(context));
    }

    private Optional<Grants> first(Predicate<Who> isFor) {
        try {
            for (Rule rule : rules) {
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
    boolean differs() {
        return !rules.isEmpty();
    }

    /** The facts that its rules look at. */
    EntryFacts facts() {
        return rules.stream().map(rule -> rule.who().facts()).reduce(EntryFacts.none(), EntryFacts::with);
    }
}
