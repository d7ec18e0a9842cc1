package io.policyengine.kernel.extproc;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The exchanges of one event loop with open streams. They are ended if they would outlive the kernel or their
 * configuration. If the engine has nothing left to do in an exchange, its stream ends cleanly, and the exchange
 * continues without the engine. Otherwise the exchange is refused with 503. If its response is in progress, it is
 * aborted, because the rest would pass unchecked. The number of exchanges is bounded by the limits on slots and on
 * streams without a message.
 */
final class LoopExchanges {
    /** The reason for ending an exchange that is still running at the drain timeout. */
    private static final String DRAINED =
            "the kernel shuts down, and the exchange did not end within server.drain_timeout_ms";

    private static final String RETIRED =
            "the exchange's configuration was replaced longer ago than limits.max_generation_age_ms";

    private final Set<Open> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean isDraining;

    interface Open {
        /**
         * Ends the stream cleanly if the engine has nothing left to do. The exchange then continues without the engine.
         */
        void finishIfSettled();

        /**
         * Ends an exchange that may run no longer: answers the client if that is still possible, or else aborts the
         * exchange.
         */
        void expire(String reason);

        /**
         * Returns the time since the exchange's generation was superseded; zero if it is current or already released.
         */
        Duration heldRetiredFor();
    }

    void add(Open exchange) {
        open.add(exchange);
    }

    void remove(Open exchange) {
        open.remove(exchange);
    }

    boolean isDraining() {
        return isDraining;
    }

    /**
     * Ends all exchanges in which the engine has nothing left to do. From now on, every other exchange ends as soon as
     * nothing is left to do in it.
     */
    void drain() {
        isDraining = true;
        List.copyOf(open).forEach(Open::finishIfSettled);
    }

    /** Ends all exchanges at the drain timeout. */
    void end() {
        List.copyOf(open).forEach(exchange -> exchange.expire(DRAINED));
    }

    /** Ends the exchanges of generations that were superseded longer ago than {@code age}. */
    void endThoseOfGenerationsBeyond(Duration age) {
        for (Open exchange : List.copyOf(open)) {
            if (exchange.heldRetiredFor().compareTo(age) > 0) {
                exchange.expire(RETIRED);
            }
        }
    }
}
