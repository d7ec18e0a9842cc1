package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import io.policyengine.policies.ai.shared.prompt.PromptCode;

/** Creates the policy {@code modelRouter}. */
@Descriptor(
        name = "modelRouter",
        version = "1.0.0",
        family = Family.AI,
        summary = "Changes the model or the route of requests by the model that they name.",
        phases = Phase.REQUEST,
        requestBody = BodyNeed.BUFFERED,
        facts = {Fact.MAY_DENY, Fact.REROUTES, Fact.DECLARES_ALL_EFFECTS, Fact.CHANGES_REQUEST},
        codes = {ModelRouterCode.class, PromptCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS)
public final class ModelRouterFactory implements PolicyFactory<ModelRouterParams> {
    @Override
    public BodyNeed bodyNeed(ModelRouterParams params, Phase phase) {
        return phase == Phase.REQUEST ? Routes.bodyNeed(params) : BodyNeed.NONE;
    }

    @Override
    public EntryFacts facts(ModelRouterParams params, Phase phase) {
        Routes routes = Routes.of(params);
        return routes.facts(
                PolicyFactory.super.facts(params, phase).with(routes.source().ofRequest()));
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
