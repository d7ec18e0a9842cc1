package io.policyengine.testkit.policy;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.Default;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.Target;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** A policy that asks a target for the request's path, and tells what it said. */
final class AsksFactory implements PolicyFactory<AsksFactory.Params> {
    record Params(@Default("\"oracle\"") String target) {}

    @Override
    public PolicyDescriptor descriptor() {
        return PolicyDescriptor.headersOnly("asks", "1", "Asks a target.", Set.of(Phase.REQUEST), Set.of());
    }

    @Override
    public Policy create(Params params, PolicyEnvironment env) {
        Target target = env.target(params.target());
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                HeaderMap headers = HeaderMap.of("x-asks", "yes");
                return target.send(
                                context.call(),
                                CalloutRequest.get(context.request().path(), headers, 100))
                        .compose(answer -> RequestOutcome.proceed(
                                List.of(new SetHeader("X-Answer", answer.status() + " " + answer.body()))));
            }
        };
    }
}
