package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import java.util.Set;

/** Makes {@code modelRouter}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS)
public final class ModelRouterFactory implements PolicyFactory<ModelRouterParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "modelRouter",
            "1.0.0",
            "Gives requests another model, or another route, by the model that they name.",
            Set.of(Phase.REQUEST),
            BodyNeed.BUFFERED,
            BodyNeed.NONE,
            Set.of(Fact.MAY_DENY, Fact.REROUTES),
            EndAccuracy.NONE);

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<ModelRouterParams> paramsType() {
        return ModelRouterParams.class;
    }

    @Override
    public BodyNeed bodyNeed(ModelRouterParams params, Phase phase) {
        return phase == Phase.REQUEST ? Routes.bodyNeed(params) : BodyNeed.NONE;
    }

    @Override
    public EntryFacts facts(ModelRouterParams params, Phase phase) {
        Routes routes = Routes.of(params);
        return routes.facts(
                EntryFacts.of(DESCRIPTOR.facts()).with(routes.source().ofRequest()));
    }

    @Override
    public Policy create(ModelRouterParams params, PolicyEnvironment env) {
        return new ModelRouterPolicy(
                Routes.of(params),
                params.onUnmatched() == ModelRouterParams.Unmatched.DENY,
                new ApiRefusals(params.denialFormat()),
                env);
    }
}
