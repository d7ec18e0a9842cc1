package io.policyengine.kernel.change;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.kernel.plan.RoutePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration, and the plans of its routes.
 *
 * @param plans one for each route, in the order of the configuration
 */
public record PlannedRoutes(EngineConfig config, List<RoutePlan> plans) {
    public PlannedRoutes {
        plans = List.copyOf(plans);
    }

    /** Returns the index of each route in the configuration, by route key. */
    Map<String, Integer> places() {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < config.routes().size(); i++) {
            places.put(config.routes().get(i).key(), i);
        }
        return places;
    }
}
