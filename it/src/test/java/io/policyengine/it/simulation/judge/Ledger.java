package io.policyengine.it.simulation.judge;

import static io.policyengine.it.simulation.judge.Violation.require;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.it.simulation.world.Entry;
import io.policyengine.it.simulation.world.Stamp;
import io.policyengine.testkit.envoy.SimResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's process is asked and told about exchanges that its policies follow: an end for each beginning, one and no more, and
 * permits that are out exactly while their exchanges are under way.
 */
public final class Ledger {
    /** From Envoy by the kernel to the worker. */
    private static final long WORD_SPREADS = Duration.ofMillis(100).toNanos();

    private final String replica;
    private final Map<Beginning, SimulatedExchange> open = new LinkedHashMap<>();
    private final Map<Purse, Set<Long>> holders = new HashMap<>();

    private final List<Ending> endings = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    /** Whose permits they are; an entry in the shadow has its own. */
    private record Purse(String tenant, boolean shadow) {}

    private record Beginning(long exchangeId, Stamp stamp) {}

    private record Ending(SimulatedExchange exchange, ExchangeEnd end) {}

    /** The ledger of a process that begins in the place of a replica. */
    public Ledger(String replica) {
        this.replica = replica;
    }

    /** The replica whose place the process has. */
    public String replica() {
        return replica;
    }

    /**
     * An entry began to run, and its policy has decided.
     *
     * @param taken whether the exchange got a permit
     */
    public void began(SimulatedExchange exchange, long exchangeId, Entry entry, boolean taken) {
        if (open.put(new Beginning(exchangeId, entry.stamp()), exchange) != null) {
            violations.add(exchange + " began twice with " + entry.stamp() + " in " + replica);
        }
        Set<Long> holding =
                holders.computeIfAbsent(new Purse(exchange.request().tenant(), entry.shadow()), _ -> new HashSet<>());
        boolean due = holding.contains(exchangeId) || holding.size() < entry.permits();
        if (taken != due) {
            violations.add("%s %s a permit of %s in %s, of which %d of %d are out"
                    .formatted(
                            exchange,
                            taken ? "got" : "did not get",
                            entry.stamp(),
                            replica,
                            holding.size(),
                            entry.permits()));
        }
        if (taken) {
            holding.add(exchangeId);
        }
    }

    /** A policy is told how an exchange ended. */
    public void ended(Stamp stamp, ExchangeEnd end) {
        SimulatedExchange exchange = open.remove(new Beginning(end.exchangeId(), stamp));
        if (exchange == null) {
            violations.add("the end of exchange id " + end.exchangeId() + " is told to " + stamp + " in " + replica
                    + " too often");
        } else {
            endings.add(new Ending(exchange, end));
            holders.values().forEach(holding -> holding.remove(end.exchangeId()));
        }
    }

    /** What is wrong with it while exchanges may be under way; null if nothing. */
    public @Nullable String violation(Faults faults) {
        try {
            require(violations.isEmpty(), String.join("; ", violations));
            endings.forEach(ending -> check(ending, faults));
            return null;
        } catch (Violation violation) {
            return violation.getMessage();
        }
    }

    /** What is wrong with it once all is over; null if nothing. */
    public @Nullable String violationAtRest() {
        return open.isEmpty() ? null : "in " + replica + " nobody was told of the end of " + open;
    }

    /** An end says what the client got, where nobody can have missed it. */
    private void check(Ending ending, Faults faults) {
        SimulatedExchange exchange = ending.exchange();
        SimResult result = exchange.result();
        long until = exchange.endedNanos() + WORD_SPREADS;
        if (result == null
                || exchange.hasHungUp()
                || faults.disturbed(Faults.ENVOY, exchange.beganNanos(), until)
                || faults.disturbed(replica, exchange.beganNanos(), until)) {
            return;
        }
        // Of a response whose body an Envoy keeps back nobody sees the end.
        boolean seen = !exchange.areOverridesIgnored();
        if (!seen && result.status() == 504 && Answers.isOfNobody(result.response())) {
            // Envoy gave up one that was held back, and tells nobody what it answered.
            require(ending.end().aborted(), exchange + " was given up, but " + replica + " was told " + ending.end());
            return;
        }
        require(
                result.status() == ending.end().status()
                        && !(seen && ending.end().aborted()),
                exchange + " ended with " + result.status() + ", but " + replica + " was told " + ending.end());
    }
}
