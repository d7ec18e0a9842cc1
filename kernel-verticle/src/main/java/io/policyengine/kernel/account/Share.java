package io.policyengine.kernel.account;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The slots for exchanges, the bytes and the decoder windows that one route or one client address holds. A share may
 * hold at most {@value #TIMES_FREE} times what is free. A single share thus gets at most three quarters of the total,
 * and each of two equal shares three sevenths. Some capacity always remains for new routes and clients (dynamic
 * thresholds; Choudhury and Hahne 1998). Thread-safe.
 */
public final class Share {
    private static final int TIMES_FREE = 3;

    /** The number of slots that each route and each client may always have. */
    private static final int MIN_PLACES = 8;

    private final String owner;
    private final AtomicInteger places = new AtomicInteger();
    private final Part bytes = new Part();
    private final Part windows = new Part();

    Share(String owner) {
        this.owner = owner;
    }

    String owner() {
        return owner;
    }

    Share enter() {
        places.incrementAndGet();
        return this;
    }

    /**
     * Takes one more slot. Returns false if the share holds no slot, because a share without slots may already have
     * been removed.
     */
    boolean enterAgain() {
        return places.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** Releases a slot of this share; returns true if it was the share's last one. */
    boolean leave() {
        return places.decrementAndGet() == 0;
    }

    /** Releases a slot, unless it is the last one. Returns whether a slot was released. */
    boolean leaveOthers() {
        return places.getAndUpdate(now -> now == 1 ? 1 : now - 1) > 1;
    }

    /** Returns whether this share holds more slots than it may hold while {@code free} slots are free. */
    public boolean hasTooManyPlaces(int free) {
        int now = places.get();
        return now > MIN_PLACES && now > (long) TIMES_FREE * free;
    }

    Part bytes() {
        return bytes;
    }

    Part windows() {
        return windows;
    }

    /** The bytes of one kind of memory that a share holds. */
    static final class Part {
        /** Each share may always hold 1/{@value} of the total bytes. */
        private static final int MIN_OF = 8;

        private final AtomicLong taken = new AtomicLong();

        /**
         * Returns whether the share may take {@code more} bytes.
         *
         * @param all total bytes of this kind of memory
         * @param free bytes that are free now
         */
        boolean mayTake(long more, long all, long free) {
            long then = taken.get() + more;
            return then <= all / MIN_OF || then <= TIMES_FREE * (free - more);
        }

        /** Adds to the bytes that the share holds; a negative number subtracts. */
        void take(long number) {
            taken.addAndGet(number);
        }
    }
}
