package io.policyengine.app.simulation;

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
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A policy that tells the simulation that it was called, and does what the simulation wants. */
final class StampingPolicy implements PolicyFactory<StampingPolicy.Params> {
    private static final String SUFFIX = "Stamp";

    private final String worker;
    private final Calls calls;

    /** Which entry of which chain it is. */
    record Params(String stamp) {}

    /** Takes the calls of policies, with the name of the replica that they run in. */
    interface Calls {
        /** A request policy is called. */
        Future<RequestOutcome> onRequest(String replica, Stamp stamp, RequestContext context);

        /** A response policy is called. */
        Future<ResponseOutcome> onResponse(String replica, Stamp stamp, ResponseContext context);
    }

    /** The policy of a worker. */
    StampingPolicy(String worker, Calls calls) {
        this.worker = worker;
        this.calls = calls;
    }

    /** The name of a worker's policy. */
    static String nameOf(String worker) {
        return worker + SUFFIX;
    }

    /** The worker that a policy belongs to. */
    static String workerOf(String policy) {
        return policy.substring(0, policy.length() - SUFFIX.length());
    }

    /** What tells the policies of a replica where they run. */
    static Map<String, JsonNode> settings(String worker, String replica) {
        return Map.of(nameOf(worker), JsonNodeFactory.instance.objectNode().put("replica", replica));
    }

    @Override
    public PolicyDescriptor descriptor() {
        return PolicyDescriptor.headersOnly(
                nameOf(worker), "1.0.0", "Stamps messages.", Set.of(Phase.REQUEST, Phase.RESPONSE), Set.<Fact>of());
    }

    @Override
    public Class<Params> paramsType() {
        return Params.class;
    }

    @Override
    public Policy create(Params params, PolicyEnvironment environment) {
        Stamp stamp = Stamp.parse(params.stamp());
        String replica = environment.settings().path("replica").asString();
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                return calls.onRequest(replica, stamp, context);
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext context) {
                return calls.onResponse(replica, stamp, context);
            }
        };
    }
}
