package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.ai.shared.accessrules.AccessPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes {@code a2aAccess}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class A2aAccessFactory implements PolicyFactory<A2aAccessParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "a2aAccess",
            "1.0.0",
            "Says which methods and skills of an agent (A2A) may be used, and by whom, and rewrites its card.",
            Set.of(Phase.REQUEST, Phase.RESPONSE),
            BodyNeed.BUFFERED,
            BodyNeed.BUFFERED_OR_STREAMING,
            Set.of(Fact.MAY_DENY),
            EndAccuracy.NONE);

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<A2aAccessParams> paramsType() {
        return A2aAccessParams.class;
    }

    @Override
    public EntryFacts facts(A2aAccessParams params, Phase phase) {
        return EntryFacts.of(DESCRIPTOR.facts())
                .with(Grants.plan(params, new ArrayList<>()).facts());
    }

    @Override
    public Policy create(A2aAccessParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        AccessPlan<Grants> plan = Grants.plan(params, problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new A2aAccessPolicy(params, plan, env);
    }
}
