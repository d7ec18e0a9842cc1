package io.policyengine.kernel.extproc;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.ExchangeMetadata;
import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.envoy.MessageKind;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.trace.TraceContext;
import io.policyengine.kernel.worker.call.OriginalRequest;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the first message of an exchange, which may be of any kind. Determines the facts that stay constant during the
 * exchange.
 */
final class FirstMessage {
    private FirstMessage() {}

    /**
     * Returns the facts that the first message of an exchange determines.
     *
     * @param lease finds the plan
     * @param initialMetadata the headers with which Envoy opened the stream
     */
    static ExchangeFacts read(
            LoopContext loop,
            Lease lease,
            MultiMap initialMetadata,
            ExchangeProtocol protocol,
            MessageKind kind,
            EnvoyMessage first,
            Map<String, String> attributes) {
        RequestView received = kind.isRequest() && kind.isHeaders()
                ? loop.reader().request(first, attributes)
                : RequestView.absentRequest();
        String requestId = loop.requestIds().of(received);
        String routeName = loop.routeNames().of(first, attributes, received, initialMetadata);
        TraceContext trace = loop.sampling().of(initialMetadata, received.headers());
        RoutePlan planned = lease.planOf(routeName);
        // Envoy refuses a malformed request before it selects a route, or before this filter. The engine sees only
        // the local reply, which needs no policies.
        boolean refused = !kind.isRequest()
                && (routeName.isEmpty() ? EnvoyReader.isRefusal(attributes) : EnvoyReader.isRefusalOfFacts(attributes));
        RoutePlan found = refused ? null : planned;
        if (found == null) {
            RouteMeters meters = planned == null ? loop.shared().unknownRoute() : planned.meters();
            return ExchangeFacts.withoutPlan(
                    requestId, routeName, protocol, new OriginalRequest(received), refused, meters, trace);
        }
        ExchangeMetadata metadata =
                ExchangeMetadata.of(found.metadataRead(), loop.config().limits().maxStateSizeBytes());
        metadata.take(first);
        boolean begins = kind.isRequest() && kind.isHeaders();
        RoutePlan plan = begins ? found.with(metadata.current()) : found;
        IdentityFields identity = plan.identity();
        HeaderMap left = identity.removedFrom(received.headers());
        boolean names = left.size() < received.headers().size();
        List<String> unlisted = names ? identity.unlistedIn(received.headers()) : List.of();
        // An identity claimed by the client reaches no policy and, once the headers are answered, no upstream.
        OriginalRequest original = new OriginalRequest(names ? received.withHeaders(left) : received);
        return ExchangeFacts.planned(requestId, routeName, protocol, plan, original, unlisted, metadata, trace);
    }
}
