package io.policyengine.admin.flight;

import java.util.ArrayList;
import java.util.List;

/**
 * The encoded exchanges that a query has found on one event loop: at most the query's limit for each reason for keeping
 * ({@link Shelf}), and about {@value #MAX_BYTES} bytes in total.
 */
final class ExchangeHits {
    /**
     * Maximum total bytes of the exchanges found on one event loop. Only the exchange that is added last may exceed it.
     */
    private static final int MAX_BYTES = 2 * 1024 * 1024;

    private final int limit;
    private final List<Hit> found = new ArrayList<>();
    private int ofShelf;
    private long bytes;

    static final class Hit {
        private final long millis;
        private final Shelf shelf;
        private final byte[] bytes;

        private Hit(long millis, Shelf shelf, byte[] bytes) {
            this.millis = millis;
            this.shelf = shelf;
            this.bytes = bytes;
        }

        /** Returns the time at which the exchange arrived, in milliseconds since 1970. */
        long millis() {
            return millis;
        }

        Shelf shelf() {
            return shelf;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    private Shelf shelf = Shelf.ERROR;
    private long overwrittenBefore = Long.MIN_VALUE;

    ExchangeHits(int limit) {
        this.limit = limit;
    }

    /**
     * Begins to add the exchanges of the next shelf (reason for keeping).
     *
     * @param overwritten the time before which exchanges of the shelf may have been overwritten
     */
    void of(Shelf next, long overwritten) {
        shelf = next;
        ofShelf = 0;
        overwrittenBefore = Math.max(overwrittenBefore, overwritten);
    }

    /**
     * Returns the arrival time, in milliseconds since 1970, before which exchanges may have been overwritten;
     * {@link Long#MIN_VALUE} if none has been.
     */
    long overwrittenBefore() {
        return overwrittenBefore;
    }

    boolean wantsMore() {
        return ofShelf < limit && bytes < MAX_BYTES;
    }

    void add(long millis, byte[] one) {
        found.add(new Hit(millis, shelf, one));
        ofShelf++;
        bytes += one.length;
    }

    List<Hit> all() {
        return found;
    }
}
