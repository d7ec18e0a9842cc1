package io.policyengine.app.simulation.world;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.policy.Phase;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One of the configurations that a kernel runs by one after another: settings, and one route with a chain for each direction.
 *
 * @param number counts up from 1
 */
public record Configuration(int number, Settings settings, Chain request, Chain response) {
    /** The chain of a direction. */
    public Chain chain(Phase phase) {
        return phase == Phase.REQUEST ? request : response;
    }

    /** Whether the stamp is of one of its chains. */
    public boolean has(Stamp stamp) {
        return chain(stamp.phase()).version() == stamp.version();
    }

    /** Whether a policy is to know how exchanges end. */
    public boolean followsExchanges() {
        return entries().anyMatch(Entry::countsExchanges);
    }

    private Stream<Entry> entries() {
        return Stream.concat(request.entries().stream(), response.entries().stream());
    }

    /** As the kernel has read it. */
    public EngineConfig config() {
        RouteConfig route = new RouteConfig(
                World.ROUTE,
                new RouteMatch.Exact(World.ROUTE),
                request.config(),
                response.config(),
                Set.of(),
                World.NOWHERE);
        return new EngineConfig(settings.config(), List.of(), List.of(route), List.of(), List.of());
    }

    @Override
    public String toString() {
        return "configuration " + number + " with " + settings + "\n   request " + request.version() + ": "
                + request.entries() + "\n   response " + response.version() + ": " + response.entries();
    }
}
