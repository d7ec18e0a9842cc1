package io.policyengine.kernel.plan;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** The modes in force of chain entries: an entry's own mode, or the mode of an override that takes precedence. */
public record Modes(Declarations declarations, Overrides overrides) {
    public Overrides.InForce of(RouteConfig route, EntryConfig entry) {
        Declarations.Owner owner = declarations.owner(entry.policy());
        String worker = owner == null ? null : owner.worker().name();
        return overrides.inForce(entry, route.routeName(), worker);
    }

    /** Returns descriptions of the overrides that apply to the route's entries. */
    public List<String> overridesOf(RouteConfig route) {
        return Stream.of(route.requestFlow(), route.responseFlow())
                .flatMap(flow -> flow.chain().stream())
                .map(entry -> of(route, entry).override())
                .filter(Objects::nonNull)
                .map(override -> override.target() + " "
                        + override.mode().name().toLowerCase(Locale.ROOT) + ": " + override.reason())
                .distinct()
                .toList();
    }

    /** Returns whether no override applies to the route. */
    public boolean areAsWritten(RouteConfig route) {
        return areAsWritten(route, route.requestFlow()) && areAsWritten(route, route.responseFlow());
    }

    private boolean areAsWritten(RouteConfig route, FlowConfig flow) {
        return flow.chain().stream().allMatch(entry -> of(route, entry).override() == null);
    }
}
