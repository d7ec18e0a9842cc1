package io.policyengine.core.config;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import java.util.Set;

/**
 * The policies of the routes that match.
 *
 * @param routeName as written: display name and metric label
 * @param lintIgnore what the lint is not to point out on this route
 */
public record RouteConfig(
        String routeName,
        RouteMatch match,
        FlowConfig requestFlow,
        FlowConfig responseFlow,
        Set<LintCode> lintIgnore,
        Location location) {
    /** Copies. */
    public RouteConfig {
        lintIgnore = Set.copyOf(lintIgnore);
    }
}
