package io.policyengine.policies.access.botfilter;

import com.google.re2j.Pattern;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.shared.textmatch.WrittenPatterns;
import java.util.ArrayList;
import java.util.List;

/** Creates the policy {@code botFilter}. */
@Descriptor(
        name = "botFilter",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = BotFilterCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class BotFilterFactory implements PolicyFactory<BotFilterParams> {
    @Override
    public EntryFacts facts(BotFilterParams params, Phase phase) {
        return PolicyFactory.super
                .facts(params, phase)
                .with(HeaderUse.Action.READS, List.of(BotFilterPolicy.USER_AGENT));
    }

    @Override
    public Policy create(BotFilterParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        List<Pattern> deny = WrittenPatterns.compile(params.denyUserAgents(), "/deny_user_agents", 0, problems);
        List<Pattern> allow = WrittenPatterns.compile(params.allowUserAgents(), "/allow_user_agents", 0, problems);
        if (params.denyUserAgents() == null && params.allowUserAgents() == null && !params.requireUserAgent()) {
            problems.add(new ParamProblem(
                    "", "the policy has no condition: give deny_user_agents, allow_user_agents or require_user_agent"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new BotFilterPolicy(params, deny, allow);
    }
}
