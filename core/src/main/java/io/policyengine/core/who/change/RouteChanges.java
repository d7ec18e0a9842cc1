package io.policyengine.core.who.change;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.RouteDiff;
import io.policyengine.core.who.WhoDiff;
import io.policyengine.core.who.change.MovedRequests.Move;
import io.policyengine.core.who.change.NextRoute.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The differences between the answers for two configurations: for their route policies, and for requests that move to
 * another route policy, or to none.
 *
 * @param routes route policies with different answers, followed by those whose requests move and thereby lose
 *     guarantees
 * @param isUnknownOpened whether only the new configuration lets requests without a route policy pass
 * @param isUnknownClosed whether only the old configuration lets them pass
 * @param isComplete whether everything was compared; if not, {@code routes} may contain routes that open nothing, and
 *     may lack routes whose requests move
 */
public record RouteChanges(
        List<RouteDiff> routes, boolean isUnknownOpened, boolean isUnknownClosed, boolean isComplete) {
    /**
     * A configuration with the answers for its routes.
     *
     * @param answers by the key of the route; without the routes that are refused
     */
    public record Side(EngineConfig config, Map<String, AnsweredRoute> answers) {
        private boolean passesUnknown() {
            return config.kernel().unknownRoute() == UnknownRoute.CONTINUE && !hasDefault();
        }

        private boolean hasDefault() {
            return config.routes().stream().anyMatch(route -> route.match() instanceof RouteMatch.Any);
        }

        private Set<String> refused() {
            return config.routes().stream()
                    .map(RouteConfig::key)
                    .filter(key -> !answers.containsKey(key))
                    .collect(Collectors.toSet());
        }

        /**
         * Returns the answer for requests that move to this treatment from a route policy; null if they are refused.
         */
        private @Nullable AnsweredRoute answer(Next next, RouteConfig before) {
            return switch (next) {
                case Next.Policy(RouteConfig route) -> answers.get(route.key());
                case Next.Open(), Next.Unknown() -> AnsweredRoute.withoutPolicies(before);
                case Next.Refused() -> null;
            };
        }
    }

    public RouteChanges {
        routes = List.copyOf(routes);
    }

    /** Returns the differences between two configurations. */
    public static RouteChanges between(Side before, Side after) {
        WhoDiff diff = new WhoDiff();
        NextRoute next = new NextRoute(after.config());
        List<RouteDiff> routes = new ArrayList<>(diff.between(
                before.answers(), after.answers(), after.refused(), lost -> after.answer(next.of(lost), lost)));
        MovedRequests moved = MovedRequests.between(before.config(), after.config());
        Set<String> left =
                after.config().routes().stream().map(RouteConfig::key).collect(Collectors.toSet());
        for (Move move : moved.moves()) {
            AnsweredRoute old = before.answers().get(move.from().key());
            AnsweredRoute now = after.answer(move.to(), move.from());
            boolean isCompared =
                    !left.contains(move.from().key()) && next.of(move.from()).equals(move.to());
            if (old != null && now != null && !isCompared) {
                RouteDiff moves = diff.moved(old, now, move.names());
                if (!moves.opened().isEmpty()) {
                    routes.add(moves);
                }
            }
        }
        // A default route that is gone is reported as such.
        return new RouteChanges(
                routes,
                after.passesUnknown() && !before.passesUnknown() && !before.hasDefault(),
                before.passesUnknown() && !after.passesUnknown(),
                moved.isComplete() && !diff.isSpent());
    }

    /** Returns the differences of routes that open. */
    public List<RouteDiff> opened() {
        return routes.stream().filter(diff -> !diff.opened().isEmpty()).toList();
    }
}
