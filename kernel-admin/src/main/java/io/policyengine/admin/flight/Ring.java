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
    private final int capacity;
    private final int max;
    private byte @Nullable [] bytes;
    private Index[] index = new Index[0];

    private int at;

    /** The position of the oldest exchange in the index. */
    private int oldest;

    private int count;

    /** The facts about an exchange by which it is found without decoding. */
    private static final class Index {
        int offset;
        int length;
        long millis;
        int id;
        int route;
        int policy;
        Outcome outcome = Outcome.PASSED;
    }

    /** Creates an empty ring for {@code capacity} bytes and {@code max} exchanges. */
    Ring(int capacity, int max) {
        this.capacity = capacity;
        this.max = max;
    }

    /** Adds an exchange, unless it is longer than the ring. Its bytes begin at index 0 of the array. */
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
        Index added = index[(oldest + count++) % max];
        added.offset = at;
        added.length = length;
        added.millis = of.arrivedMillis();
        added.id = of.request().id().hashCode();
        added.route = of.routeName().hashCode();
        added.policy = of.configuredRoute().hashCode();
        added.outcome = of.outcome();
        at += length;
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
        oldest = (oldest + 1) % max;
        count--;
    }

    int count() {
        return count;
    }

    /** Copies the matching exchanges, newest first, until the result is full. */
    void find(Query query, ExchangeHits into) {
        byte[] from = bytes;
        for (int i = count - 1; i >= 0 && from != null && into.wantsMore(); i--) {
            Index one = index[(oldest + i) % max];
            if (query.mayMean(one.id, one.route, one.policy, one.outcome)) {
                into.add(one.millis, Arrays.copyOfRange(from, one.offset, one.offset + one.length));
            }
        }
    }
}
