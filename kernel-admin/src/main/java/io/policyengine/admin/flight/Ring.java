package io.policyengine.admin.flight;

import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.Outcome;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A ring buffer of encoded exchanges, in which new exchanges overwrite the oldest. Its memory is allocated with the
 * first exchange. Confined to one event loop.
 */
final class Ring {
    /** The number of search steps for reading the texts of one record. */
    static final int STEPS_OF_KEY = 10;

    private final int capacity;
    private final int max;
    private byte @Nullable [] bytes;
    private Index[] index = new Index[0];

    private int at;

    /** The position, in the index, of the oldest exchange. */
    private int oldest;

    private int count;

    /** The number of exchanges added since the start. */
    private long added;

    /**
     * The millisecond after the latest arrival of an overwritten exchange. Exchanges are kept in the order in which
     * they ended, so a kept exchange may have arrived before an overwritten one.
     */
    private long overwrittenBefore = Long.MIN_VALUE;

    /** The values of an exchange by which a search finds it without decoding it. */
    static final class Index {
        int offset;
        int length;
        long millis;
        int id;
        int route;
        int policy;
        int status;
        int code;
        Outcome outcome = Outcome.PASSED;
    }

    /** Creates an empty ring for {@code capacity} bytes and {@code max} exchanges. */
    Ring(int capacity, int max) {
        this.capacity = capacity;
        this.max = max;
    }

    /** Adds an exchange, unless it is longer than the ring. The exchange's bytes begin at index 0 of the array. */
    void add(byte[] from, int length, ExchangeRecord of) {
        if (length > capacity) {
            return;
        }
        byte[] to = place();
        if (at + length > capacity) {
            while (count > 0 && index[oldest].offset >= at) {
                drop();
            }
            at = 0;
        }
        while (count == max || (count > 0 && overlaps(index[oldest], length))) {
            drop();
        }
        System.arraycopy(from, 0, to, at, length);
        note(index[(oldest + count++) % max], length, of);
        added++;
        at += length;
    }

    private void note(Index one, int length, ExchangeRecord of) {
        one.offset = at;
        one.length = length;
        one.millis = of.arrivedMillis();
        one.id = of.request().id().hashCode();
        one.route = of.routeName().hashCode();
        one.policy = of.configuredRoute().hashCode();
        one.outcome = of.outcome();
        one.status = of.status();
        String code = of.code();
        one.code = code == null ? 0 : code.hashCode();
    }

    private byte[] place() {
        byte[] made = bytes;
        if (made == null) {
            made = new byte[capacity];
            bytes = made;
            index = new Index[max];
            Arrays.setAll(index, _ -> new Index());
        }
        return made;
    }

    private boolean overlaps(Index kept, int length) {
        return kept.offset < at + length && at < kept.offset + kept.length;
    }

    private void drop() {
        overwrittenBefore = Math.max(overwrittenBefore, index[oldest].millis + 1);
        oldest = (oldest + 1) % max;
        count--;
    }

    /** Returns the number of the newest exchange; exchanges are numbered from 0 in the order in which they ended. */
    long newest() {
        return added - 1;
    }

    /** Returns the number of the oldest exchange that is not overwritten. */
    long oldest() {
        return added - count;
    }

    /**
     * Returns the arrival time, in milliseconds since 1970, before which exchanges may have been overwritten;
     * {@link Long#MIN_VALUE} if none has been.
     */
    long overwrittenBefore() {
        return overwrittenBefore;
    }

    /**
     * Copies an exchange if it matches the query, and returns the number of steps that this took.
     *
     * @param number the exchange's number, from {@link #oldest()} to {@link #newest()}
     */
    int examine(long number, Query query, ExchangeHits into) {
        byte[] from = bytes;
        Index one = index[(int) ((oldest + number - oldest()) % max)];
        if (from == null || !query.mayBeFor(one)) {
            return 1;
        }
        if (query.isFor(RecordKey.read(new ByteReader(from, one.offset)))) {
            into.add(one.millis, Arrays.copyOfRange(from, one.offset, one.offset + one.length));
        }
        return STEPS_OF_KEY;
    }
}
