package io.policyengine.core.chain;

import io.vertx.core.buffer.Buffer;

/**
 * A chunk of a body, for the entries of a segment.
 *
 * @param last whether the body ends with this chunk
 * @param deadlineNanos a time of the ticker; a later result is not used
 * @param isCutShort whether earlier calls left this chunk less than its promised time
 */
public record TimedChunk(Buffer data, boolean last, long deadlineNanos, boolean isCutShort) {
    /** Creates a chunk that has its promised time. */
    public TimedChunk(Buffer data, boolean last, long deadlineNanos) {
        this(data, last, deadlineNanos, false);
    }
}
