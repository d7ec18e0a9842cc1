package io.policyengine.admin.flight;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A search in the recorded exchanges of one event loop. It proceeds in turns of at most {@value #MAX_WORK} steps.
 * Between the turns the event loop serves exchanges. Exchanges that are overwritten meanwhile are skipped. Confined to
 * the event loop.
 */
final class ExchangeSearch {
    /**
     * Maximum steps of a search in one turn of the event loop. An index entry is one step; reading the texts of a
     * record counts as {@link Ring#STEPS_OF_KEY} steps.
     */
    static final int MAX_WORK = 5_000;

    private final Query query;
    private final ExchangeHits found;
    private final Deque<Map.Entry<Shelf, Ring>> rest;
    private @Nullable Ring ring;

    /** The number of the exchange to examine next in the ring buffer. */
    private long next;

    ExchangeSearch(Query query, Map<Shelf, Ring> rings) {
        this.query = query;
        this.found = new ExchangeHits(query.limit());
        this.rest = new ArrayDeque<>(rings.entrySet());
    }

    /** Searches for one turn of the event loop, and returns whether the search is complete. */
    boolean proceed() {
        int work = 0;
        while (work < MAX_WORK) {
            Ring current = ring;
            if (current != null && next >= current.oldest() && found.wantsMore()) {
                work += current.examine(next--, query, found);
            } else if (!hasNextRing()) {
                return true;
            }
        }
        return false;
    }

    private boolean hasNextRing() {
        Map.Entry<Shelf, Ring> entry = rest.poll();
        if (entry == null) {
            return false;
        }
        Ring current = entry.getValue();
        ring = current;
        next = current.newest();
        found.of(entry.getKey(), current.overwrittenBefore());
        return true;
    }

    ExchangeHits found() {
        return found;
    }
}
