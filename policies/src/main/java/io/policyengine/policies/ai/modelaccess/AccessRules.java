package io.policyengine.policies.ai.modelaccess;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.ai.shared.audience.Audience;
import io.policyengine.policies.ai.shared.model.Aliases;
import io.policyengine.policies.ai.shared.model.NamePatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The compiled parameters of {@code modelAccess}.
 *
 * @param allowed permitted models of clients without a list of their own in a rule; empty for all
 * @param denied models that no client may use
 */
record AccessRules(List<Rule> rules, Optional<NamePatterns> allowed, NamePatterns denied, Aliases aliases) {
    /**
     * A rule: the models that some clients may or may not use.
     *
     * @param allowed permitted models; empty if the list of the policy applies
     * @param denied models that these clients may not use
     */
    record Rule(Audience audience, Optional<NamePatterns> allowed, NamePatterns denied) {}

    /** Compiles the parameters, and reports all their problems at once. */
    static AccessRules of(ModelAccessParams params) {
        List<ParamProblem> problems = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < params.rules().size(); i++) {
            rules.add(rule(params.rules().get(i), "/rules/" + i, problems));
        }
        NamePatterns allow = NamePatterns.of(params.allow(), false, "/allow", problems);
        NamePatterns deny = NamePatterns.of(params.deny(), true, "/deny", problems);
        boolean isClosed = params.allow() != null
                || rules.stream().anyMatch(rule -> rule.allowed().isPresent());
        if (!isClosed && params.deny() == null && rules.isEmpty()) {
            problems.add(new ParamProblem("", "the policy denies nothing: give allow, deny or rules"));
        }
        Aliases aliases = Aliases.of(params.aliases(), problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new AccessRules(List.copyOf(rules), isClosed ? Optional.of(allow) : Optional.empty(), deny, aliases);
    }

    private static Rule rule(ModelAccessParams.Rule rule, String pointer, List<ParamProblem> problems) {
        if (rule.allow() == null && rule.deny() == null) {
            problems.add(new ParamProblem(pointer, "a rule must have allow, deny or both"));
        }
        NamePatterns allow = NamePatterns.of(rule.allow(), false, pointer + "/allow", problems);
        return new Rule(
                Audience.of(rule.audience(), pointer, problems),
                rule.allow() == null ? Optional.empty() : Optional.of(allow),
                NamePatterns.of(rule.deny(), true, pointer + "/deny", problems));
    }

    /**
     * Returns whether the client may use all of these models. An alias is treated as its model.
     *
     * @throws io.policyengine.core.error.PolicyException if a condition has no value
     */
    boolean allow(Set<String> names, RequestContext context) {
        Optional<Rule> first =
                rules.stream().filter(rule -> rule.audience().includes(context)).findFirst();
        Optional<NamePatterns> list = first.flatMap(Rule::allowed).or(this::allowed);
        return names.stream()
                .map(aliases::modelOf)
                .allMatch(model -> !denied.include(model)
                        && first.stream().noneMatch(rule -> rule.denied().include(model))
                        && list.stream().allMatch(patterns -> patterns.include(model)));
    }

    /** Returns the declared facts, extended by those that the rules read. */
    EntryFacts facts(EntryFacts declared) {
        EntryFacts facts = declared;
        for (Rule rule : rules) {
            facts = facts.with(rule.audience().facts());
        }
        return facts;
    }
}
