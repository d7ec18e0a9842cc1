package io.policyengine.admin.view;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.plan.RoutePlan;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The summary of a route policy. */
@Doc("A route policy in brief.")
public record RouteView(
        @Doc("`route_name` or `route_name_regex`, as it is written.")
        String name,

        @Doc("`active`: the route is served; `waiting`: it is served once a worker has answered; `refused`: it is not"
                + " served.")
        State state,

        @Doc("The reason why the route is not served.") @Nullable
        String reason,

        @Doc("The requests that reach the upstream, as `policy-engine who` shows them: the entries that "
                + "provide their identities, and the circumstances under which they lack a guarantee; absent if "
                + "the route is not served.")
        @Nullable
        String who,

        @Doc("Policies of the request flow, shared chains expanded.")
        List<String> request,

        @Doc("Policies of the response flow.") List<String> response,

        @Doc("Location of the route policy, file:line:column.")
        String location) {
    /** The states of a route. */
    public enum State {
        /** Exchanges are served while the route's workers can be called. */
        ACTIVE,
        /** No exchanges are served until a worker has answered. */
        WAITING,
        /** Each exchange is answered with an error. */
        REFUSED;

        public static State of(RoutePlan plan) {
            return plan.refusal() == null ? ACTIVE : plan.isAwaited() ? WAITING : REFUSED;
        }
    }

    /** A page of the list of route policies. */
    @Doc("A page of route policies, in the order of the files.")
    public record All(
            @Doc("The page.") List<RouteView> routes,
            @Doc("Number of route policies.") int total,

            @Doc("Number of matching routes.") int matching,

            @Doc("Number of matching routes before the first item.")
            int offset) {}

    /** A route policy as it is written in the configuration. */
    @Doc("A route policy as it is written.")
    public record Detail(
            @Doc("The summary of the route policy.") RouteView route,

            @Doc("The text as it is written: secrets are hidden, references are not resolved.")
            ObjectNode definition) {}

    /** Returns the summary of a route policy, by its position in the files. */
    public static RouteView of(Generation generation, int place) {
        RouteConfig route = generation.config().routes().get(place);
        RoutePlan plan = generation.plans().get(place);
        RoutePlan.Refusal refusal = plan.refusal();
        return new RouteView(
                route.routeName(),
                State.of(plan),
                refusal == null ? null : refusal.reason(),
                generation.answers().line(route),
                policies(route.requestFlow()),
                policies(route.responseFlow()),
                route.location().toString());
    }

    private static List<String> policies(FlowConfig flow) {
        return flow.chain().stream().map(EntryConfig::policy).toList();
    }
}
