package io.policyengine.policies.ai.modelaccess;

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

/** Makes {@code modelAccess}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS)
public final class ModelAccessFactory implements PolicyFactory<ModelAccessParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "modelAccess",
            "1.0.0",
            "Lets requests pass by the models that they name.",
            Set.of(Phase.REQUEST),
            BodyNeed.BUFFERED,
            BodyNeed.NONE,
            Set.of(Fact.MAY_DENY),
            EndAccuracy.NONE);

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<ModelAccessParams> paramsType() {
        return ModelAccessParams.class;
    }

    @Override
    public BodyNeed bodyNeed(ModelAccessParams params, Phase phase) {
        return phase == Phase.REQUEST ? params.facts().requestBody() : BodyNeed.NONE;
    }

    @Override
    public EntryFacts facts(ModelAccessParams params, Phase phase) {
        EntryFacts declared =
                EntryFacts.of(DESCRIPTOR.facts()).with(params.facts().ofRequest());
        return AccessRules.of(params).facts(declared);
    }

    @Override
    public Policy create(ModelAccessParams params, PolicyEnvironment env) {
        return new ModelAccessPolicy(
                AccessRules.of(params), params.facts(), new ApiRefusals(params.denialFormat()), env);
    }
}
