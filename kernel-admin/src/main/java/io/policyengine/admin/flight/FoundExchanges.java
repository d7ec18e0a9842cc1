package io.policyengine.admin.flight;

import java.util.ArrayList;
import java.util.List;

/** The exchanges that one event loop has found, as bytes: at most as many as are asked for, and {@value #MAX_BYTES} bytes of them. */
final class FoundExchanges {
    private static final int MAX_BYTES = 2 * 1024 * 1024;

    private final int limit;
    private final List<Found> found = new ArrayList<>();
    private int ofShelf;
    private long bytes;

    /** An exchange that was found. */
    static final class Found {
        private final long millis;
        private final Shelf shelf;
        private final byte[] bytes;

        private Found(long millis, Shelf shelf, byte[] bytes) {
            this.millis = millis;
            this.shelf = shelf;
            this.bytes = bytes;
        }

        /** The time of arrival, in milliseconds since 1970. */
        long millis() {
            return millis;
        }

        Shelf shelf() {
            return shelf;
        }

        /** The encoded record of {@link RecordEncoder}. */
        byte[] bytes() {
            return bytes;
        }
    }

    private Shelf shelf = Shelf.ERROR;

    FoundExchanges(int limit) {
        this.limit = limit;
    }

    /** Sets the shelf of exchanges that are added from now on. */
    void of(Shelf next) {
        shelf = next;
        ofShelf = 0;
    }

    boolean wantsMore() {
        return ofShelf < limit && bytes < MAX_BYTES;
    }

    void add(long millis, byte[] one) {
        found.add(new Found(millis, shelf, one));
        ofShelf++;
        bytes += one.length;
    }

    List<Found> all() {
        return found;
    }
}
