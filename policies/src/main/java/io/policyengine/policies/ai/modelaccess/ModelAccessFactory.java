package io.policyengine.policies.ai.modelaccess;

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

/** Creates the policy {@code modelAccess}. */
@Descriptor(
        name = "modelAccess",
        version = "1.0.0",
        family = Family.AI,
        phases = Phase.REQUEST,
        requestBody = BodyNeed.BUFFERED,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = {ModelAccessCode.class, PromptCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS)
public final class ModelAccessFactory implements PolicyFactory<ModelAccessParams> {
    @Override
    public BodyNeed bodyNeed(ModelAccessParams params, Phase phase) {
        return phase == Phase.REQUEST ? params.facts().requestBody() : BodyNeed.NONE;
    }

    @Override
    public EntryFacts facts(ModelAccessParams params, Phase phase) {
        EntryFacts declared =
                PolicyFactory.super.facts(params, phase).with(params.facts().ofRequest());
        return AccessRules.of(params).facts(declared);
    }

    @Override
    public Policy create(ModelAccessParams params, PolicyEnvironment env) {
        return new ModelAccessPolicy(
                AccessRules.of(params), params.facts(), new ApiRefusals(params.denialFormat()), env);
    }
}
