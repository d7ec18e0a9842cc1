package io.policyengine.it.simulation;

import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.it.simulation.world.PolicyNames;
import io.policyengine.it.simulation.world.Stamp;
import io.vertx.core.Future;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;

/** Takes the calls of policies, with the name of the process that they run in. */
interface PolicyCalls {
    /** A request policy is called. */
    Future<RequestOutcome> onRequest(String process, Stamp stamp, RequestContext context);

    /**
     * A request policy that counts exchanges is called.
     *
     * @param permitted whether there was a permit for the exchange
     */
    Future<RequestOutcome> onCountedRequest(String process, Stamp stamp, RequestContext context, boolean permitted);

    /** A response policy is called. */
    Future<ResponseOutcome> onResponse(String process, Stamp stamp, ResponseContext context);

    /** A policy is called with the trailers of its phase's message. */
    Future<TrailersOutcome> onTrailers(String process, Stamp stamp, TrailersContext context);

    /** A policy is told how an exchange ended. */
    void onEnd(String process, Stamp stamp, ExchangeEnd end);

    /** The settings that tell a worker's policies in which process they run. */
    static Map<String, PolicySettings> settings(String worker, String process) {
        PolicySettings named =
                PolicySettings.of(JsonNodeFactory.instance.objectNode().put("process", process));
        return Map.of(
                PolicyNames.stampOf(worker), named,
                PolicyNames.readOf(worker), named,
                PolicyNames.trailersOf(worker), named,
                PolicyNames.permitOf(worker), named);
    }
}
