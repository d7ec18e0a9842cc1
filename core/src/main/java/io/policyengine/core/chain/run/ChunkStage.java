package io.policyengine.core.chain.run;

import io.netty.buffer.ByteBuf;
import io.policyengine.core.error.Faults;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** An entry's filter of one body, with the bytes that the filter holds back. */
final class ChunkStage {
    /** Maximum unused bytes of a buffer of held bytes. With more, the held bytes are copied to a smaller buffer. */
    private static final int SLACK = 1 << 10;

    /**
     * The size, in bytes, up to which held-back bytes are always copied. A small buffer may be a view of a much larger
     * HTTP/2 frame, and this cannot be detected.
     */
    private static final int SMALL = 8 << 10;

    private final int index;
    private final BoundEntry entry;
    private final ChunkFilter<?> filter;
    private final @Nullable BodyFollower shadow;
    private final Call call;
    private @Nullable Buffer held;

    /** The buffer in which held bytes and later chunks are gathered, with spare capacity; null if nothing is held. */
    private @Nullable Buffer gathered;

    /** The last input of the filter, if it is a view of {@link #gathered}. */
    private @Nullable Buffer given;

    private boolean closed;

    /**
     * Creates a stage that holds nothing.
     * @param index index of the entry in the chain
     * @param call the call of the entry
     */
    ChunkStage(int index, BoundEntry entry, ChunkFilter<?> filter, Call call) {
        this.index = index;
        this.entry = entry;
        this.filter = filter;
        this.shadow = null;
        this.call = call;
    }

    ChunkStage(int index, BoundEntry entry, BodyFollower shadow, Call call) {
        this.index = index;
        this.entry = entry;
        this.filter = ChunkFilter.none();
        this.shadow = shadow;
        this.call = call;
    }

    int index() {
        return index;
    }

    BoundEntry entry() {
        return entry;
    }

    /**
     * Passes a chunk to the filter of a shadow entry. Returns false for an enforced entry, without passing the chunk.
     */
    boolean shows(Buffer chunk, boolean last, boolean isComplete) {
        if (shadow == null) {
            return false;
        }
        shadow.feed(chunk, last, isComplete);
        return true;
    }

    /** Passes a chunk to the filter of an enforced entry. If the body ends early, first notifies the filter of that. */
    @Nullable
    Future<?> call(Buffer chunk, boolean last, boolean isComplete) {
        if (last && !isComplete) {
            filter.brokenOff();
        }
        return filter.onChunk(chunk, last);
    }

    Cancellation cancellation() {
        return call.cancellation();
    }

    boolean isHolding() {
        return held != null;
    }

    @SuppressWarnings("ReferenceEquality")
    void hold(Buffer bytes) {
        held = bytes.length() == 0 ? null : bytes == given ? bytes : compact(bytes);
    }

    /**
     * Returns the bytes; copies them if they are a view of a much larger buffer, which the view would keep in memory.
     */
    private static Buffer compact(Buffer bytes) {
        boolean isView = bytes.length() <= SMALL || memoryOf(bytes) - bytes.length() > SLACK;
        // Buffer.copy returns a read-only buffer itself.
        return isView ? Buffer.buffer(bytes.getBytes()) : bytes;
    }

    /** Returns the bytes of memory that the buffer keeps reachable. For a view, this is the whole underlying buffer. */
    private static int memoryOf(Buffer bytes) {
        ByteBuf all = ByteBufs.of(bytes);
        while (all.unwrap() != null) {
            all = all.unwrap();
        }
        return all.capacity();
    }

    /** Releases the filter's last input, except for bytes that the filter holds back. */
    @SuppressWarnings("ReferenceEquality")
    void forgetUnheld() {
        if (held == null || held != given) {
            gathered = null;
            given = null;
        }
    }

    /**
     * Returns the held bytes followed by the given ones. If the filter holds back all its input, the result is a longer
     * view of the same memory. So the held bytes are not copied again for each chunk.
     */
    @SuppressWarnings("ReferenceEquality")
    Buffer release(Buffer data) {
        Buffer before = held;
        held = null;
        if (before == null) {
            gathered = null;
            given = null;
            return data;
        }
        if (data.length() == 0) {
            return before;
        }
        Buffer all = gathered;
        if (all == null || before != given) {
            all = Buffer.buffer(before.length() + data.length()).appendBuffer(before);
            gathered = all;
        }
        all.appendBuffer(data);
        Buffer view = all.slice(0, all.length());
        given = view;
        return view;
    }

    /** The memory kept for the next chunk, in bytes: held bytes and the filter's own memory. */
    long heldBytes() {
        if (closed) {
            return 0;
        }
        long back = backBytes();
        try {
            return back + filter.heldBytes();
        } catch (Throwable thrown) {
            Faults.rethrowFatal(thrown);
            entry.observer().failedOnChunk(call, EntryFailures.of(thrown), 0, thrown);
            return back;
        }
    }

    /** The memory of the held bytes, in bytes, including spare capacity. */
    private int backBytes() {
        Buffer all = gathered;
        if (all != null) {
            return memoryOf(all);
        }
        return held == null ? 0 : held.length();
    }

    boolean isClosed() {
        return closed;
    }

    /** Closes the filter. Idempotent. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        held = null;
        gathered = null;
        given = null;
        if (shadow != null) {
            shadow.close();
            return;
        }
        try {
            filter.close();
        } catch (Throwable thrown) {
            Faults.rethrowFatal(thrown);
            entry.observer().failedOnChunk(call, EntryFailures.of(thrown), 0, thrown);
        }
    }
}
