package io.policyengine.it.simulation.judge;

import static io.policyengine.it.simulation.judge.Violation.require;

import io.policyengine.core.policy.Phase;
import io.policyengine.it.simulation.world.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All or nothing: either every policy of the chain of one generation ran in order, or the client got the answer that the
 * configuration names for this failure; what an {@code on_failure} allowed is the only exception, and is counted.
 */
public final class Judge {
    private final Timeline timeline;
    private final Faults faults;
    private final Affinities affinities = new Affinities();
    private final List<String> violations = new ArrayList<>();
    private Excuses excuses = Excuses.NONE;

    /** A judge who knows which configurations there were, and what went wrong. */
    public Judge(Timeline timeline, Faults faults) {
        this.timeline = timeline;
        this.faults = faults;
    }

    /** Judges an exchange. */
    public void judge(SimulatedExchange exchange) {
        try {
            excuses = excuses.and(excusesOf(exchange));
        } catch (Violation violation) {
            violations.add(exchange + ": " + violation.getMessage());
        }
    }

    /** There must be one configuration of its time by which everything about it is right. */
    private Excuses excusesOf(SimulatedExchange exchange) {
        require(exchange.result() != null, "it never ended");
        List<Configuration> possible = possible(exchange);
        require(!possible.isEmpty(), "its policies are of no one configuration of its time: " + exchange.runs());
        Excuses found = null;
        Violation unlike = null;
        for (Configuration configuration : possible) {
            try {
                Excuses here = Trial.hold(configuration, faults, exchange);
                found = found == null ? here : found.or(here);
                if (possible.size() == 1) {
                    affinities.check(configuration, faults, exchange);
                }
            } catch (Violation violation) {
                unlike = violation;
            }
        }
        if (found == null) {
            throw Objects.requireNonNull(unlike);
        }
        return found;
    }

    /** The configurations that it may have run by: current in its time, and with all its policies. */
    private List<Configuration> possible(SimulatedExchange exchange) {
        return timeline.between(exchange.beganNanos(), exchange.pinnedBeforeNanos()).stream()
                .filter(configuration -> exchange.stamps().allMatch(configuration::has))
                .toList();
    }

    /**
     * Nothing reaches the upstream without a policy that has to see its body: of an Envoy that ignores overrides no more than what is
     * under way until the first shows it, for each of its connections; then all such are refused on their headers, and none before.
     */
    public void judgeBodies(List<SimulatedExchange> exchanges) {
        for (SimulatedExchange exchange : exchanges) {
            if (exchange.isUnseen() && exchanges.stream().anyMatch(other -> showed(other, exchange))) {
                violations.add(exchange
                        + ": its body went upstream unseen, though one before it showed that Envoy keeps bodies back");
            }
            boolean warned = exchanges.stream()
                    .anyMatch(other -> other.areOverridesIgnored()
                            && other.reachedUpstream()
                            && other.beganNanos() < exchange.endedNanos());
            if (exchange.isRefusedForABody() && !exchange.reachedUpstream() && !warned) {
                violations.add(exchange + ": it was refused for a body before any was kept back");
            }
        }
    }

    /** Whether the kernel knew by an exchange, before another began on the same connection, that bodies are kept back. */
    private boolean showed(SimulatedExchange before, SimulatedExchange exchange) {
        return before.isUnseen()
                && !before.hasHungUp()
                && before.endedNanos() < exchange.beganNanos()
                && !faults.disturbed(Faults.ENVOY, before.beganNanos(), exchange.endedNanos());
    }

    /** Compares what was excused with what the engine has counted. */
    public void judgeCount(double counted) {
        boolean tooMany = excuses.all() && excuses.times() == 0 && counted > 0;
        if (violations.isEmpty() && (counted < excuses.times() || tooMany)) {
            violations.add("an on_failure was used " + excuses.times() + " times, but " + counted + " are counted");
        }
    }

    /** Judges what a replica holds when all is quiet: no chain of a generation that is gone, if it can have heard of that. */
    public void judgeChains(String worker, String replica, int chains) {
        Configuration current = timeline.current();
        long expected = Stream.of(Phase.values())
                .flatMap(phase -> Segment.prepared(current.chain(phase)).stream())
                .filter(segment -> segment.worker().equals(worker))
                .count();
        boolean heardAll =
                timeline.all().allMatch(each -> each.settings().replicas(worker).contains(replica))
                        && !faults.disturbed(replica, Long.MIN_VALUE, Long.MAX_VALUE);
        if (heardAll && chains != expected) {
            violations.add(replica + " holds " + chains + " chains, but there are " + expected);
        }
    }

    /** Notes what else must not be; nothing if there is nothing. */
    public void note(@Nullable String violation) {
        if (violation != null && !violations.contains(violation)) {
            violations.add(violation);
        }
    }

    /** Whether the exchange outlived the configuration that it began with. */
    public boolean isOvertaken(SimulatedExchange exchange) {
        return exchange.result() != null
                && !exchange.runs().isEmpty()
                && timeline.hasChanged(
                        exchange.runs().getFirst().atNanos(),
                        exchange.runs().getLast().atNanos());
    }

    /** How often an {@code on_failure} let a chain go on without a part. */
    public int excused() {
        return excuses.times();
    }

    /** All that must not be. */
    public List<String> violations() {
        return violations;
    }
}
