package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.shared.accessrules.AccessPlan;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Creates the policy {@code a2aAccess}. */
@Descriptor(
        name = "a2aAccess",
        version = "1.0.0",
        family = Family.AI,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = {A2aCode.class, JsonRpcCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class A2aAccessFactory implements PolicyFactory<A2aAccessParams> {
    @Override
    public EntryFacts facts(A2aAccessParams params, Phase phase) {
        EntryFacts facts = switch (phase) {
            case REQUEST -> PolicyFactory.super.facts(params, phase);
            // In the response, an entry removes from the agent's card what the caller may not use.
            case RESPONSE -> EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.DECLARES_ALL_EFFECTS));
        };
        return facts.with(A2aGrants.plan(params, new ArrayList<>()).facts());
    }

    @Override
    public Policy create(A2aAccessParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        AccessPlan<A2aGrants> plan = A2aGrants.plan(params, problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new A2aAccessPolicy(params, plan, env);
    }
}
