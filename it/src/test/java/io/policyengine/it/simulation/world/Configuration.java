package io.policyengine.it.simulation.world;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Priority;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One of the configurations that a kernel runs by one after another: settings, and one route with a chain for each direction.
 *
 * @param number counts up from 1
 * @param sound whether nothing is wrong with it; else its request chain has one more entry, of a policy that nobody declares
 */
public record Configuration(int number, Settings settings, Chain request, Chain response, boolean sound) {
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
                null,
                new RouteMatch.Exact(World.ROUTE),
                Priority.NORMAL,
                flow(request, sound ? List.of() : List.of(Entry.ofUnknownPolicy())),
                flow(response, List.of()),
                Set.of(),
                List.of(),
                Set.of(),
                World.NOWHERE);
        return new EngineConfig(settings.config(), List.of(), List.of(route), List.of(), List.of());
    }

    private static FlowConfig flow(Chain chain, List<EntryConfig> more) {
        List<EntryConfig> entries = new ArrayList<>();
        chain.entries().forEach(entry -> entries.add(entry.config()));
        entries.addAll(more);
        return new FlowConfig(ProcessingMode.AUTO, entries, null, true);
    }

    @Override
    public String toString() {
        return (sound ? "" : "unsound ") + "configuration " + number + " with " + settings + "\n   request "
                + request.version() + ": " + request.entries() + "\n   response " + response.version() + ": "
                + response.entries();
    }
}
