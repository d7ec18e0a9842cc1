package io.policyengine.policies.message.requestid;

import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
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
import java.util.List;
import java.util.Set;

/** Makes {@code requestId}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RequestIdFactory implements PolicyFactory<RequestIdParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "requestId",
            "1.0.0",
            "Gives each request an id that client, upstream and log share.",
            Set.of(Phase.REQUEST, Phase.RESPONSE),
            Set.of(Fact.ON_DENIAL));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<RequestIdParams> paramsType() {
        return RequestIdParams.class;
    }

    @Override
    public EntryFacts facts(RequestIdParams params, Phase phase) {
        EntryFacts facts = EntryFacts.of(DESCRIPTOR.facts());
        if (phase == Phase.REQUEST && params.trustClient()) {
            facts = facts.with(HeaderUse.Action.READS, List.of(params.header()));
        }
        return phase == Phase.REQUEST || params.addToResponse()
                ? facts.with(HeaderUse.Action.SETS, List.of(params.header()))
                : facts;
    }

    @Override
    public Policy create(RequestIdParams params, PolicyEnvironment env) {
        RequestInstruction instruction = new SetHeader(params.header(), "id");
        String illegal = Instructions.check(instruction);
        if (illegal != null) {
            throw new InvalidParamsException("/header", illegal);
        }
        return new RequestIdPolicy(params, env);
    }
}
