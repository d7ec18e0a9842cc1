package io.policyengine.policies.access.botfilter;

import com.google.re2j.Pattern;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.content.shared.textmatch.WrittenPatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes {@code botFilter}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class BotFilterFactory implements PolicyFactory<BotFilterParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "botFilter",
            "1.0.0",
            "Refuses requests by their User-Agent.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.MAY_DENY));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<BotFilterParams> paramsType() {
        return BotFilterParams.class;
    }

    @Override
    public EntryFacts facts(BotFilterParams params, Phase phase) {
        return EntryFacts.of(DESCRIPTOR.facts()).with(HeaderUse.Action.READS, List.of(BotFilterPolicy.USER_AGENT));
    }

    @Override
    public Policy create(BotFilterParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        List<Pattern> deny = WrittenPatterns.compile(params.denyUserAgents(), "/deny_user_agents", 0, problems);
        List<Pattern> allow = WrittenPatterns.compile(params.allowUserAgents(), "/allow_user_agents", 0, problems);
        if (params.denyUserAgents() == null && params.allowUserAgents() == null && !params.requireUserAgent()) {
            problems.add(new ParamProblem(
                    "", "nothing to filter by: give deny_user_agents, allow_user_agents or require_user_agent"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new BotFilterPolicy(params, deny, allow);
    }
}
