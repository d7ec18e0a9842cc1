package io.policyengine.kernel.extproc;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The exchanges of one event loop with open streams, which are ended if they would outlive the kernel or their
 * configuration: a settled one continues without the engine, unnoticed by its client; any other is refused with 503 or,
 * if its response is in progress, aborted, since the rest would pass unchecked. Bounded by the slots and the silent
 * streams.
 */
final class LoopExchanges {
    /** The reason given for ending an exchange that is not over when the kernel ends. */
    private static final String DRAINED =
            "the kernel ends, and the exchange was not over after server.drain_timeout_ms";

    /** The reason given for ending an exchange that runs by an old configuration. */
    private static final String RETIRED =
            "the configuration that it began with was replaced longer ago than limits.max_generation_age_ms";

    private final Set<Open> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean isDraining;

    /** An exchange whose stream is open. */
    interface Open {
        /** Leaves the exchange to go on without the engine, if nothing is left to do: a clean end of the stream says so. */
        void finishIfSettled();

        /** Ends the exchange, for which there is no more time: answers its client if that is still possible, else breaks the answer off. */
        void expire(String reason);

        /** The time for which the generation has been replaced that the exchange runs by. */
        Duration heldRetiredFor();
    }

    void add(Open exchange) {
        open.add(exchange);
    }

    void remove(Open exchange) {
        open.remove(exchange);
    }

    /** True if settled exchanges are ended at once. */
    boolean isDraining() {
        return isDraining;
    }

    /** Ends settled exchanges, now and from now on. */
    void drain() {
        isDraining = true;
        List.copyOf(open).forEach(Open::finishIfSettled);
    }

    /** Ends all: the time for the drain is over. */
    void end() {
        List.copyOf(open).forEach(exchange -> exchange.expire(DRAINED));
    }

    /** Ends the exchanges of generations that were superseded longer ago than this. */
    void endThoseOfGenerationsBeyond(Duration age) {
        for (Open exchange : List.copyOf(open)) {
            if (exchange.heldRetiredFor().compareTo(age) > 0) {
                exchange.expire(RETIRED);
            }
        }
    }
}
