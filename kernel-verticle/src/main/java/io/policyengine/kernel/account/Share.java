package io.policyengine.kernel.account;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The share of one route, or one client address, of slots, bytes, and decoder windows. It may have {@value #TIMES_FREE}
 * times what is free: three quarters of all if it is alone, three sevenths each if there are two that take all they
 * can; something is always left for later ones (dynamic thresholds; Choudhury and Hahne 1998). Thread-safe.
 */
public final class Share {
    private static final int TIMES_FREE = 3;

    /** The number of slots that each may always have. */
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

    /** Takes one more place; false if it has none, since it may be forgotten already. */
    boolean enterAgain() {
        return places.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** Gives a place back; true if that was the last one. */
    boolean leave() {
        return places.decrementAndGet() == 0;
    }

    /** Gives a place back; false if it is the last one, which stays. */
    boolean leaveOthers() {
        return places.getAndUpdate(now -> now == 1 ? 1 : now - 1) > 1;
    }

    /** True if it has more places than it may have while only so many are free. */
    public boolean hasTooManyPlaces(int free) {
        int now = places.get();
        return now > MIN_PLACES && now > (long) TIMES_FREE * free;
    }

    /** The part of the bytes of the heap. */
    Part bytes() {
        return bytes;
    }

    /** The part of the windows of decoders and encoders. */
    Part windows() {
        return windows;
    }

    /** The part of one kind of memory that a share has, in bytes. */
    static final class Part {
        /** The divisor of the total that each may always have. */
        private static final int MIN_OF = 8;

        private final AtomicLong taken = new AtomicLong();

        /**
         * True if it may take so many bytes more.
         *
         * @param all that there are
         * @param free of them now
         */
        boolean mayTake(long more, long all, long free) {
            long then = taken.get() + more;
            return then <= all / MIN_OF || then <= TIMES_FREE * (free - more);
        }

        /** Takes bytes, or gives them back where the number is negative. */
        void take(long number) {
            taken.addAndGet(number);
        }
    }
}
