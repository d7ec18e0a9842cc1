package io.policyengine.it.simulation;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.it.simulation.world.PolicyNames;
import io.policyengine.it.simulation.world.Stamp;
import io.vertx.core.Future;
import java.util.Set;

/** A policy that tells the simulation that it was called, and does what the simulation wants. */
final class StampingPolicy implements PolicyFactory<StampingPolicy.Params> {
    private final PolicyDescriptor descriptor;
    private final PolicyCalls calls;

    /** Which entry of which chain it is; the process is told by the settings of the worker. */
    record Params(String stamp, String process) {}

    private StampingPolicy(PolicyDescriptor descriptor, PolicyCalls calls) {
        this.descriptor = descriptor;
        this.calls = calls;
    }

    /** The policy of a worker that looks at headers. */
    static StampingPolicy ofHeaders(String worker, PolicyCalls calls) {
        return new StampingPolicy(
                PolicyDescriptor.headersOnly(
                        PolicyNames.stampOf(worker),
                        "1.0.0",
                        "Stamps messages.",
                        Set.of(Phase.REQUEST, Phase.RESPONSE),
                        Set.<Fact>of()),
                calls);
    }

    /** The policy of a worker that looks at headers and trailers. */
    static StampingPolicy ofTrailers(String worker, PolicyCalls calls) {
        return new StampingPolicy(
                PolicyDescriptor.headersOnly(
                        PolicyNames.trailersOf(worker),
                        "1.0.0",
                        "Stamps messages and their trailers.",
                        Set.of(Phase.REQUEST, Phase.RESPONSE),
                        Set.of(Fact.READS_TRAILERS)),
                calls);
    }

    /** The policy of a worker that looks at the bodies of requests. */
    static StampingPolicy ofBodies(String worker, PolicyCalls calls) {
        return new StampingPolicy(
                new PolicyDescriptor(
                        PolicyNames.readOf(worker),
                        "1.0.0",
                        "Stamps messages with bodies.",
                        Set.of(Phase.REQUEST),
                        BodyNeed.BUFFERED,
                        BodyNeed.NONE,
                        Set.<Fact>of(),
                        EndAccuracy.NONE),
                calls);
    }

    @Override
    public PolicyDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public Policy create(Params params, PolicyEnvironment environment) {
        Stamp stamp = Stamp.parse(params.stamp());
        String process = params.process();
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                return calls.onRequest(process, stamp, context);
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext context) {
                return calls.onResponse(process, stamp, context);
            }

            @Override
            public Future<TrailersOutcome> onRequestTrailers(TrailersContext context) {
                return calls.onTrailers(process, stamp, context);
            }

            @Override
            public Future<TrailersOutcome> onResponseTrailers(TrailersContext context) {
                return calls.onTrailers(process, stamp, context);
            }
        };
    }
}
