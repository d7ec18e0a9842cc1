package io.policyengine.kernel.extproc;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The exchanges of one event loop whose streams are open, to be ended by rule where they would outlive the kernel or their configuration:
 * one of which nothing is left to do goes on without the engine, its client notices nothing; any other is refused with 503 or, where its
 * answer is under way, broken off, since the rest of it would pass unchecked. Holds as many as there are places and silent streams.
 */
final class LoopExchanges {
    private final Set<Exchange> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean isDraining;

    void add(Exchange exchange) {
        open.add(exchange);
    }

    void remove(Exchange exchange) {
        open.remove(exchange);
    }

    /** True if what is settled from now on is let go at once. */
    boolean isDraining() {
        return isDraining;
    }

    /** Lets those go of which nothing is left to do, now and from now on. */
    void drain() {
        isDraining = true;
        List.copyOf(open).forEach(Exchange::letGoIfSettled);
    }

    /** Ends all: the time for the drain is over. */
    void end() {
        List.copyOf(open).forEach(exchange -> exchange.end(Admission.DRAINED));
    }

    /** Ends those that run by a generation which another has replaced for longer than this. */
    void endThoseOfGenerationsBeyond(Duration age) {
        for (Exchange exchange : List.copyOf(open)) {
            if (exchange.heldRetiredFor().compareTo(age) > 0) {
                exchange.end(Admission.RETIRED);
            }
        }
    }
}
