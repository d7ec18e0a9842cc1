package io.policyengine.kernel.plan;

import io.policyengine.core.config.Priority;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Problem;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.recorder.RouteChoice;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a route, fixed for a generation.
 *
 * @param routeName the route's name as written in the configuration
 * @param identity fields that are removed from clients' requests, whether or not the chain's entries run
 * @param onDenial the part of the response chain that is applied to the engine's own denials
 * @param refusal the reason why no exchange of this route can be served in this generation, or null
 * @param required prepared chains that must all be available before any policy of the route may run
 * @param allowInPath path faults accepted although {@code path_rules} refuses them
 * @param wantsEnd whether a policy waits for the end of exchanges
 * @param marksResponse whether a request policy sets fields for the response, so that the response headers are needed
 * @param metadataRead the namespaces of Envoy's metadata that policies read
 * @param byMetadata the plans for exchanges in which metadata replaces bodies
 * @param choice the reason for the selection of this plan
 * @param priority the route's priority under overload
 */
public record RoutePlan(
        String routeName,
        IdentityFields identity,
        FlowPlan request,
        FlowPlan response,
        FlowPlan onDenial,
        @Nullable Refusal refusal,
        List<WorkerChain> required,
        Set<PathFault> allowInPath,
        boolean wantsEnd,
        boolean marksResponse,
        Set<String> metadataRead,
        PlansByMetadata byMetadata,
        RouteChoice choice,
        Priority priority,
        RouteMeters meters) {
    /**
     * The reason why a route cannot be served.
     *
     * @param code {@link ErrorCode#ROUTE_MISCONFIGURED} or {@link ErrorCode#WORKER_UNAVAILABLE}
     * @param reason text for the log
     * @param problems the problems of the configuration, at least one, with their places
     */
    public record Refusal(ErrorCode code, String reason, List<Problem> problems) {
        public Refusal {
            problems = List.copyOf(problems);
        }
    }

    /** Returns a plan that can serve exchanges while its required workers are available. */
    public static RoutePlan of(
            String routeName,
            IdentityFields identity,
            FlowPlan request,
            FlowPlan response,
            boolean marksResponse,
            RouteMeters meters) {
        Set<WorkerChain> required = new LinkedHashSet<>();
        for (FlowPlan flow : List.of(request, response)) {
            flow.segments().stream()
                    .filter(segment -> !segment.isDispensable())
                    .map(Segment::chain)
                    .forEach(required::add);
        }
        Set<String> metadataRead = Stream.concat(request.segments().stream(), response.segments().stream())
                .flatMap(segment -> segment.metadataRead().stream())
                .collect(Collectors.toUnmodifiableSet());
        boolean wantsEnd = request.wantsEnd(EndAccuracy.STREAM) || response.wantsEnd(EndAccuracy.STREAM);
        return new RoutePlan(
                routeName,
                identity,
                request,
                response,
                response.onDenial(),
                null,
                List.copyOf(required),
                Set.of(),
                wantsEnd,
                marksResponse,
                metadataRead,
                PlansByMetadata.NONE,
                RouteChoice.NONE,
                Priority.NORMAL,
                meters);
    }

    /** Returns the plan for an exchange whose request headers arrived with the given metadata. */
    public RoutePlan with(EnvoyMetadata came) {
        return byMetadata.choose(came, this);
    }

    private RoutePlan copy(Set<PathFault> mayHave, PlansByMetadata others, RouteChoice why, Priority itsPriority) {
        return new RoutePlan(
                routeName,
                identity,
                request,
                response,
                onDenial,
                refusal,
                required,
                mayHave,
                wantsEnd,
                marksResponse,
                metadataRead,
                others,
                why,
                itsPriority,
                meters);
    }

    /** Returns a copy that also has plans for exchanges in which metadata replaces bodies. */
    RoutePlan orElse(PlansByMetadata others) {
        return copy(allowInPath, others, choice, priority);
    }

    /** Returns a copy with the route's settings that do not depend on the chains. */
    RoutePlan under(RouteConfig route) {
        return copy(route.allowInPath(), byMetadata.map(plan -> plan.under(route)), choice, route.priority());
    }

    public RoutePlan chosenBy(RouteChoice why) {
        return copy(allowInPath, byMetadata.map(plan -> plan.chosenBy(why)), why, priority);
    }

    public static RoutePlan open(String routeName, RouteMeters meters) {
        return of(routeName, IdentityFields.none(), FlowPlan.EMPTY, FlowPlan.EMPTY, false, meters);
    }

    public static RoutePlan refused(String routeName, Refusal refusal, RouteMeters meters) {
        return new RoutePlan(
                routeName,
                IdentityFields.none(),
                FlowPlan.EMPTY,
                FlowPlan.EMPTY,
                FlowPlan.EMPTY,
                refusal,
                List.of(),
                Set.of(),
                false,
                false,
                Set.of(),
                PlansByMetadata.NONE,
                RouteChoice.NONE,
                Priority.NORMAL,
                meters);
    }

    public boolean needsRequest() {
        return !request.isEmpty() || !identity.isEmpty();
    }

    public boolean needsResponse() {
        return !response.isEmpty() || marksResponse;
    }

    /** Returns whether Envoy may omit the response headers, because policies read only the trailers. */
    public boolean doesWithoutResponseHeaders() {
        return !marksResponse && response.looksAtTrailersAlone() && request.endsWithoutStatus();
    }

    /**
     * Returns whether policies keep state of an exchange. All calls of the exchange to one worker must then go to one
     * replica.
     */
    public boolean keepsReplicas() {
        return wantsEnd || isLong(request) || isLong(response);
    }

    /** Returns whether an exchange makes further calls after the headers, with chunks of the body or with trailers. */
    private static boolean isLong(FlowPlan flow) {
        return flow.body() == BodyUse.CHUNKS || flow.readsTrailers();
    }

    /** Returns whether the plan is refused only because a worker has not answered yet. */
    public boolean isAwaited() {
        return refusal != null && refusal.code() == ErrorCode.WORKER_UNAVAILABLE;
    }

    /**
     * Returns the first unavailable worker of the required chains of both phases, or null. No policy may run while one
     * of these workers is unavailable.
     */
    public @Nullable Worker missingWorker() {
        for (int i = 0; i < required.size(); i++) {
            if (!required.get(i).isAvailable()) {
                return required.get(i).worker();
            }
        }
        return null;
    }
}
