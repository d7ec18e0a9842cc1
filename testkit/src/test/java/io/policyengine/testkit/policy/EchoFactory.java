package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.params.Default;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A policy that sets one header, perhaps after a while, and perhaps another one for the response. */
final class EchoFactory implements PolicyFactory<EchoFactory.Params> {
    record Params(
            String name,
            @Default("\"\"") String value,
            @Default("0") Duration delayMs,
            @Default("\"\"") String left) {}

    @Override
    public PolicyDescriptor descriptor() {
        return PolicyDescriptor.headersOnly("echo", "1", "Sets one header.", Set.of(Phase.REQUEST), Set.of());
    }

    @Override
    public Policy create(Params params, PolicyEnvironment env) {
        List<RequestInstruction> set = new ArrayList<>(List.of(new SetHeader(params.name(), params.value())));
        if (!params.left().isEmpty()) {
            set.add(SetResponseHeader.ofText(params.name(), params.left()));
        }
        List<RequestInstruction> instructions = List.copyOf(set);
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return env.after(params.delayMs()).compose(_ -> RequestOutcome.proceed(instructions));
            }
        };
    }
}
