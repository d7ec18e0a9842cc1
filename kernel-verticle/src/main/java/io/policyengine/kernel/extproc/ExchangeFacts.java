package io.policyengine.kernel.extproc;

import io.policyengine.core.config.Priority;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.kernel.aggregate.RequestRules;
import io.policyengine.kernel.envoy.ExchangeMetadata;
import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.recorder.RouteChoice;
import io.policyengine.kernel.trace.TraceContext;
import io.policyengine.kernel.worker.call.OriginalRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The facts that the first message of an exchange determines, see {@link FirstMessage}.
 *
 * @param requestId the id in logs
 * @param routeName the route's name as Envoy sends it; empty if absent
 * @param protocol Envoy's protocol for the exchange
 * @param plan the plan of the route; null without a route policy
 * @param original the request as the client sent it, without identity fields
 * @param unlistedIdentity identity fields spelled in a way that the plan does not list, in lower case
 * @param refusedByEnvoy whether Envoy has refused the request itself, before it selected a route
 * @param metadata the metadata that Envoy's filters have sent so far
 * @param meters the meters of the route
 * @param trace the trace of the exchange
 */
record ExchangeFacts(
        String requestId,
        String routeName,
        ExchangeProtocol protocol,
        @Nullable RoutePlan plan,
        OriginalRequest original,
        List<String> unlistedIdentity,
        boolean refusedByEnvoy,
        ExchangeMetadata metadata,
        RouteMeters meters,
        TraceContext trace) {
    /** Returns the facts of an exchange that has not received its first message. */
    static ExchangeFacts untold(RouteMeters unknownRoute) {
        OriginalRequest none = new OriginalRequest(RequestView.absentRequest());
        return withoutPlan("", "", ExchangeProtocol.UNTOLD, none, false, unknownRoute, TraceContext.NONE);
    }

    static ExchangeFacts withoutPlan(
            String requestId,
            String routeName,
            ExchangeProtocol protocol,
            OriginalRequest original,
            boolean refusedByEnvoy,
            RouteMeters meters,
            TraceContext trace) {
        return new ExchangeFacts(
                requestId,
                routeName,
                protocol,
                null,
                original,
                List.of(),
                refusedByEnvoy,
                ExchangeMetadata.NONE,
                meters,
                trace);
    }

    static ExchangeFacts planned(
            String requestId,
            String routeName,
            ExchangeProtocol protocol,
            RoutePlan plan,
            OriginalRequest original,
            List<String> unlistedIdentity,
            ExchangeMetadata metadata,
            TraceContext trace) {
        return new ExchangeFacts(
                requestId,
                routeName,
                protocol,
                plan,
                original,
                unlistedIdentity,
                false,
                metadata,
                plan.meters(),
                trace);
    }

    /** Releases the state that only pending chains would read. */
    void release() {
        original.release();
        metadata.release();
    }

    /** Returns the request as the client sent it, without parts that have already been released. */
    RequestView originalRequest() {
        return original.view();
    }

    FlowPlan requestFlow() {
        return plan == null ? FlowPlan.EMPTY : plan.request();
    }

    FlowPlan responseFlow() {
        return plan == null ? FlowPlan.EMPTY : plan.response();
    }

    /** Returns the route's name in the configuration; empty without a route policy. */
    String configuredRoute() {
        return plan == null ? "" : plan.routeName();
    }

    RouteChoice choice() {
        return plan == null ? RouteChoice.NONE : plan.choice();
    }

    Priority priority() {
        return plan == null ? Priority.NORMAL : plan.priority();
    }

    /** Returns the path faults that the route accepts although {@code path_rules} would refuse them. */
    Set<PathFault> allowedInPath() {
        return plan == null ? Set.of() : plan.allowInPath();
    }

    RequestRules requestRules() {
        return new RequestRules(allowedInPath(), plan == null ? IdentityFields.none() : plan.identity());
    }

    /**
     * Returns the names, in lower case, of the header fields that Envoy removes from the request regardless of
     * policies.
     */
    List<String> removedFields() {
        List<String> listed = plan == null ? List.of() : plan.identity().spellings();
        return unlistedIdentity.isEmpty()
                ? listed
                : Stream.concat(listed.stream(), unlistedIdentity.stream()).toList();
    }

    /** The identity fields, which are removed from the headers and trailers of the request. */
    IdentityFields identity() {
        return plan == null ? IdentityFields.none() : plan.identity();
    }

    boolean needsRequest() {
        return plan != null && plan.needsRequest();
    }

    boolean needsResponse() {
        return plan != null && plan.needsResponse();
    }

    /**
     * Returns whether policies run on the response, set fields for the response, or wait for the end of the exchange.
     */
    boolean wantsResponse() {
        return plan != null && (plan.wantsEnd() || plan.needsResponse());
    }

    boolean doesWithoutResponseHeaders() {
        return plan != null && plan.doesWithoutResponseHeaders();
    }

    boolean wantsEnd() {
        return plan != null && plan.wantsEnd();
    }

    /** Returns whether all calls of the exchange to one worker must go to one replica. */
    boolean keepsReplicas() {
        return plan != null && plan.keepsReplicas();
    }

    /** Returns whether the exchange becomes a tunnel after its headers, instead of having bodies. */
    boolean isTunnel() {
        return originalRequest().method().equals("CONNECT")
                || originalRequest().headers().contains("upgrade");
    }
}
