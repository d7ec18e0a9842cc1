package io.policyengine.app.explain;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.route.RouteTable;
import io.policyengine.kernel.recorder.RouteChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The route policy, or open route, that applies to a route name in a configuration.
 *
 * @param route null for an open route, and if nothing matches
 * @param name the name in the configuration, or null if nothing matches
 * @param matched the kind of match
 */
record FoundRoute(@Nullable RouteConfig route, @Nullable String name, String matched) {
    static final FoundRoute NONE = new FoundRoute(null, null, RouteChoice.Matched.NONE.label());

    static FoundRoute in(EngineConfig config, String routeName) {
        RouteTable<FoundRoute> table = new RouteTable<>(
                config.routes().stream()
                        .map(route -> new RouteTable.Row<>(route.match(), of(route.match(), route, route.routeName())))
                        .toList(),
                config.kernel().openRoutes().stream()
                        .map(name -> new RouteTable.Row<>(
                                RouteMatch.written(name), of(RouteMatch.written(name), null, name)))
                        .toList());
        FoundRoute found = table.find(routeName);
        return found == null ? NONE : found;
    }

    private static FoundRoute of(RouteMatch match, @Nullable RouteConfig route, String name) {
        return new FoundRoute(
                route, name, RouteChoice.by(match, List.of()).matched().label());
    }

    boolean isUnknown() {
        return name == null;
    }
}
