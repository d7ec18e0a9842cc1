package io.policyengine.core.chain;

import io.vertx.core.buffer.Buffer;

/**
 * A chunk of a body with the deadline for the entries that read it.
 *
 * @param last whether the body ends with this chunk
 * @param isComplete whether this last chunk completes the body: its size matches content-length, and no entry has ended
 *     it early or failed on it; false if unknown
 * @param deadlineNanos a time of the ticker; a later result is not used
 * @param isCutShort whether earlier calls left this chunk less than its promised time
 */
public record TimedChunk(Buffer data, boolean last, boolean isComplete, long deadlineNanos, boolean isCutShort) {
    /** Creates a chunk of a body. The body is complete if this is its last chunk. */
    public TimedChunk(Buffer data, boolean last, long deadlineNanos, boolean isCutShort) {
        this(data, last, last, deadlineNanos, isCutShort);
    }

    /** Creates a chunk that has its promised time. The body is complete if this is its last chunk. */
    public TimedChunk(Buffer data, boolean last, long deadlineNanos) {
        this(data, last, deadlineNanos, false);
    }

    /** Returns a copy that is marked as having less than its promised time. */
    public TimedChunk cutShort() {
        return new TimedChunk(data, last, isComplete, deadlineNanos, true);
    }
}
