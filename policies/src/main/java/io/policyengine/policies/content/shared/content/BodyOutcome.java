package io.policyengine.policies.content.shared.content;

import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.buffer.Buffer;

/** The outcome of reading the next bytes of a body. */
public sealed interface BodyOutcome {
    /**
     * The body passes.
     *
     * @param data octets that pass now
     * @param held undecided octets, which are shown again and must not be read twice
     * @param changed true if {@code data} and {@code held} differ from the bytes received
     */
    record Passed(Buffer data, Buffer held, boolean changed) implements BodyOutcome {
        /** Returns the equivalent outcome of a chunk. */
        public ChunkOutcome chunk() {
            if (held.length() > 0) {
                return new ChunkOutcome.Hold(data, held);
            }
            return changed ? new ChunkOutcome.Replace(data) : ChunkOutcome.PASS;
        }
    }

    /**
     * A reader has denied a text.
     *
     * @param data whole events of a stream that still pass; empty for other bodies
     */
    record Denied(Buffer data) implements BodyOutcome {}

    /**
     * The body cannot be read.
     *
     * @param data as in {@link Denied}
     */
    record Refused(ContentFault fault, Buffer data) implements BodyOutcome {}
}
