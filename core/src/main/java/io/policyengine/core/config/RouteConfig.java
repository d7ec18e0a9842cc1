package io.policyengine.core.config;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.http.PathFault;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route policy: the policies for all routes whose names match it.
 *
 * @param routeName as written, for display and as metric label
 * @param group the name under which several routes share metrics if {@link ObservabilityConfig.RouteLabel#GROUP} is
 *     set, or null
 * @param priority the importance of the route's exchanges under overload
 * @param allowInPath faults in paths that this route accepts although {@code path_rules} refuses them
 * @param accepted the cases in which messages intentionally pass without the effect of a policy
 * @param lintIgnore the lint findings to suppress for this route
 */
public record RouteConfig(
        String routeName,
        @Nullable String group,
        RouteMatch match,
        Priority priority,
        FlowConfig requestFlow,
        FlowConfig responseFlow,
        Set<PathFault> allowInPath,
        List<AcceptConfig> accepted,
        Set<LintCode> lintIgnore,
        Location location) {
    public RouteConfig {
        allowInPath = Set.copyOf(allowInPath);
        accepted = List.copyOf(accepted);
        lintIgnore = Set.copyOf(lintIgnore);
    }

    /**
     * The identity of the route across configurations. An exact name and a pattern with the same text have different
     * keys.
     */
    public String key() {
        return (match instanceof RouteMatch.Regex ? "route_name_regex " : "route_name ") + routeName;
    }

    /** Returns whether the chains of both routes are equal, apart from their positions in the files. */
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
