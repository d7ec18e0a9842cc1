package io.policyengine.kernel.metrics;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.ObservabilityConfig.RouteLabel;
import io.policyengine.core.config.RouteConfig;
import java.util.HashMap;
import java.util.Map;

/** The values of the metrics' label {@code route} that a configuration requests for its routes. */
public final class RouteLabels {
    /** The label value for requests that match no route policy. */
    static final String UNKNOWN = "unknown";

    private static final String ALL = "all";
    private static final String UNGROUPED = "ungrouped";

    static final RouteLabels NAMES = new RouteLabels(RouteLabel.FULL, Map.of());

    private final RouteLabel by;
    private final Map<String, String> groups;

    private RouteLabels(RouteLabel by, Map<String, String> groups) {
        this.by = by;
        this.groups = groups;
    }

    public static RouteLabels of(EngineConfig config) {
        return switch (config.kernel().observability().metrics().routeLabel()) {
            case FULL -> NAMES;
            case GROUP -> new RouteLabels(RouteLabel.GROUP, groups(config));
            case NONE -> new RouteLabels(RouteLabel.NONE, Map.of());
        };
    }

    private static Map<String, String> groups(EngineConfig config) {
        Map<String, String> groups = new HashMap<>();
        for (RouteConfig route : config.routes()) {
            String group = route.group();
            if (group != null) {
                groups.put(route.routeName(), group);
            }
        }
        return groups;
    }

    public String of(String route) {
        if (route.equals(UNKNOWN)) {
            return UNKNOWN;
        }
        return switch (by) {
            case FULL -> route;
            case GROUP -> groups.getOrDefault(route, UNGROUPED);
            case NONE -> ALL;
        };
    }
}
