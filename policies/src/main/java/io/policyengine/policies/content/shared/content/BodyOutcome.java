package io.policyengine.policies.content.shared.content;

import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.buffer.Buffer;

/** The outcome of the next bytes of a body. */
public sealed interface BodyOutcome {
    /**
     * The body goes on.
     *
     * @param data that goes on now
     * @param held that is not decided yet: it comes again, and is not to be taken twice
     * @param changed true if {@code data} and {@code held} are not the bytes that came
     */
    record Passed(Buffer data, Buffer held, boolean changed) implements BodyOutcome {
        /** The decision about a chunk that it is. */
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
     * @param data the whole events of a stream that still go on; none of another body
     */
    record Denied(Buffer data) implements BodyOutcome {}

    /**
     * The body cannot be read.
     *
     * @param data the same
     */
    record Refused(ContentFault fault, Buffer data) implements BodyOutcome {}
}
