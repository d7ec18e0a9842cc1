package io.policyengine.core.config;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.http.PathFault;
import java.util.Set;

/**
 * The policies of the routes that match.
 *
 * @param routeName as written: display name and metric label
 * @param allowInPath what of paths is let pass here though {@code path_rules} would refuse it
 * @param lintIgnore what the lint is not to point out on this route
 */
public record RouteConfig(
        String routeName,
        RouteMatch match,
        FlowConfig requestFlow,
        FlowConfig responseFlow,
        Set<PathFault> allowInPath,
        Set<LintCode> lintIgnore,
        Location location) {
    /** Copies. */
    public RouteConfig {
        allowInPath = Set.copyOf(allowInPath);
        lintIgnore = Set.copyOf(lintIgnore);
    }
}
