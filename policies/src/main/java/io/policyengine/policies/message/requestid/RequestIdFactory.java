package io.policyengine.policies.message.requestid;

import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
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
import java.util.List;

/** Creates the policy {@code requestId}. */
@Descriptor(
        name = "requestId",
        version = "1.0.0",
        family = Family.MESSAGE,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        facts = {Fact.ON_DENIAL, Fact.DECLARES_ALL_EFFECTS},
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RequestIdFactory implements PolicyFactory<RequestIdParams> {
    @Override
    public EntryFacts facts(RequestIdParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
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
