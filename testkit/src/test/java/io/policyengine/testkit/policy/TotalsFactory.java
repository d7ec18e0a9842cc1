package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.StringNode;

/** A policy that finds in the trailers of a response what it has remembered of the request. */
final class TotalsFactory implements PolicyFactory<TotalsFactory.Params> {
    record Params() {}

    @Override
    public PolicyDescriptor descriptor() {
        return PolicyDescriptor.headersOnly(
                "totals", "1", "Adds totals.", Set.of(Phase.REQUEST, Phase.RESPONSE), Set.of(Fact.READS_TRAILERS));
    }

    @Override
    public Policy create(Params params, PolicyEnvironment env) {
        ConcurrentHashMap<Long, String> paths = new ConcurrentHashMap<>();
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                paths.put(request.call().exchangeId(), request.request().path());
                return RequestOutcome.unchanged();
            }

            @Override
            public Future<TrailersOutcome> onRequestTrailers(TrailersContext trailers) {
                return TrailersOutcome.proceed(List.of(new RemoveHeader("x-gone")));
            }

            @Override
            public Future<TrailersOutcome> onResponseTrailers(TrailersContext trailers) {
                String path = paths.getOrDefault(trailers.call().exchangeId(), "unknown");
                String unit = String.valueOf(trailers.envoy().untyped("usage").get("unit"));
                return TrailersOutcome.proceed(List.of(
                        new SetHeader("x-total", trailers.trailers().get("x-part") + " of " + path),
                        new SetMetadata("unit", StringNode.valueOf(unit))));
            }
        };
    }
}
