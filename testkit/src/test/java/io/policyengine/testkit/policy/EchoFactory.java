package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
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
import java.util.List;
import java.util.Set;

/** A policy that sets one header, perhaps after a while. */
final class EchoFactory implements PolicyFactory<EchoFactory.Params> {
    record Params(
            String name,
            @Default("\"\"") String value,
            @Default("0") Duration delayMs) {}

    @Override
    public PolicyDescriptor descriptor() {
        return PolicyDescriptor.headersOnly("echo", "1", "Sets one header.", Set.of(Phase.REQUEST), Set.of());
    }

    @Override
    public Class<Params> paramsType() {
        return Params.class;
    }

    @Override
    public Policy create(Params params, PolicyEnvironment env) {
        RequestInstruction set = new SetHeader(params.name(), params.value());
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return env.after(params.delayMs()).compose(_ -> RequestOutcome.proceed(List.of(set)));
            }
        };
    }
}
