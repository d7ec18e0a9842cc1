package io.policyengine.core.config;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.http.PathFault;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policies of the matching routes.
 *
 * @param routeName as written: display name and metric label
 * @param group shares the metrics of several routes if {@link ObservabilityConfig.RouteLabel#GROUP} is set; or null
 * @param priority the order in which routes are refused under overload
 * @param allowInPath path faults accepted here although {@code path_rules} refuses them
 * @param lintIgnore the lint findings silenced on this route
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
    public RouteConfig {
        allowInPath = Set.copyOf(allowInPath);
        lintIgnore = Set.copyOf(lintIgnore);
    }

    /** The identity of the route across configurations; a name and a pattern of the same text differ. */
    public String key() {
        return (match instanceof RouteMatch.Regex ? "route_name_regex " : "route_name ") + routeName;
    }

    /** True if its chains equal the other's, except for their positions. */
    public boolean runsTheSameAs(RouteConfig other) {
        return requestFlow.saysTheSameAs(other.requestFlow) && responseFlow.saysTheSameAs(other.responseFlow);
    }

    /** Returns whether no policy ever runs for this route. */
    public boolean isWithoutPolicies() {
        return Stream.of(requestFlow, responseFlow)
                .flatMap(flow -> flow.chain().stream())
                .allMatch(entry -> entry.mode() == EntryMode.OFF);
    }
}
