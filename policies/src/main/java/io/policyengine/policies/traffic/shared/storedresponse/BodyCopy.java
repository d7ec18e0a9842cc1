package io.policyengine.policies.traffic.shared.storedresponse;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.capacity.CapacityReservation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Passes a body and copies it. The copy is limited by its own maximum, and by a budget that all copies share. */
public final class BodyCopy implements ChunkFilter<ChunkOutcome> {
    private static final Future<ChunkOutcome> PASS = Future.succeededFuture(ChunkOutcome.PASS);

    private final CapacityReservation reserved;
    private final Taker taker;
    private @Nullable Buffer copy = Buffer.buffer();

    /** True if the body ends early, or may do so. */
    private boolean isBrokenOff;

    /**
     * The receiver of a copy. At the end of the body, one of {@link #ended} and {@link #brokenOff} is called; neither is
     * if the exchange ends before the body.
     */
    public interface Taker {
        /**
         * Reports that the body has ended, but is not known to be complete. The last chunk passes when the future
         * completes, successfully or not.
         */
        default Future<?> brokenOff() {
            return Future.succeededFuture();
        }

        /** Reports once that the copy exceeds its limit or the budget. */
        default void tooLong() {}

        /**
         * Receives the copy at the end of the body. The last chunk passes when the future completes, successfully or
         * not.
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
