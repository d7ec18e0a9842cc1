package io.policyengine.policies.traffic.shared.storedresponse;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.capacity.CapacityReservation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Passes a body unchanged and copies it. The copy is limited by a maximum of its own, and by a budget that all copies
 * share.
 */
public final class BodyCopy implements ChunkFilter<ChunkOutcome> {
    private static final Future<ChunkOutcome> PASS = Future.succeededFuture(ChunkOutcome.PASS);

    private final CapacityReservation reserved;
    private final Taker taker;
    private @Nullable Buffer copy = Buffer.buffer();

    /** True if the body has ended early, or may have done so. */
    private boolean isBrokenOff;

    /**
     * The receiver of a body's copy. At the end of the body, either {@link #ended} or {@link #brokenOff} is called. If
     * the exchange ends before the body, neither is called.
     */
    public interface Taker {
        /**
         * Reports that the body has ended, but may be incomplete. The last chunk passes when the returned future
         * completes, successfully or not.
         */
        default Future<?> brokenOff() {
            return Future.succeededFuture();
        }

        /** Reports once that the copy exceeds its limit or the budget. */
        default void tooLong() {}

        /**
         * Receives the copy at the end of the body. The last chunk passes when the returned future completes,
         * successfully or not.
         *
         * @param body the complete body; null if the copy exceeded its limit or the budget
         */
        Future<?> ended(@Nullable Buffer body);
    }

    /** Creates an empty copy of at most {@code max} bytes, which are taken from {@code room}. */
    public BodyCopy(int max, Capacity room, Taker taker) {
        this.reserved = room.reservation(max);
        this.taker = taker;
    }

    @Override
    public void brokenOff() {
        isBrokenOff = true;
        close();
    }

    @Override
    public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
        Buffer body = copy;
        if (body != null && !takes(body, chunk)) {
            close();
            taker.tooLong();
        }
        if (!last) {
            return PASS;
        }
        Future<?> done = isBrokenOff ? taker.brokenOff() : taker.ended(copy);
        return done.isComplete() ? PASS : done.transform(_ -> PASS);
    }

    private boolean takes(Buffer body, Buffer chunk) {
        if (!reserved.tryTake(chunk.length())) {
            return false;
        }
        body.appendBuffer(chunk);
        return true;
    }

    @Override
    public void close() {
        copy = null;
        reserved.close();
    }
}
