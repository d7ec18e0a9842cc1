package io.policyengine.core.config;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.http.PathFault;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policies of the routes that match.
 *
 * @param routeName as written: display name and metric label
 * @param group has the metrics of several routes together, if {@link ObservabilityConfig.RouteLabel#GROUP} says so; or null
 * @param priority which of the routes are refused first where not all can be served
 * @param allowInPath what of paths is let pass here though {@code path_rules} would refuse it
 * @param lintIgnore what the lint is not to point out on this route
 */
public record RouteConfig(
        String routeName,
        @Nullable String group,
        RouteMatch match,
        Priority priority,
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

    /** The key that identifies it in another state of the configuration: a name and a pattern of the same text are two. */
    public String key() {
        return (match instanceof RouteMatch.Regex ? "route_name_regex " : "route_name ") + routeName;
    }

    /** True if its chains are those of the other, wherever they are written. */
    public boolean runsTheSameAs(RouteConfig other) {
        return requestFlow.saysTheSameAs(other.requestFlow) && responseFlow.saysTheSameAs(other.responseFlow);
    }

    /** True if no policy runs for it, whatever comes. */
    public boolean isWithoutPolicies() {
        return Stream.of(requestFlow, responseFlow)
                .flatMap(flow -> flow.chain().stream())
                .allMatch(entry -> entry.mode() == EntryMode.OFF);
    }
}
