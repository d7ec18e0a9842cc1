package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.buffer.Buffer;

/** The outcome of reading the next bytes of a body. */
public sealed interface BodyOutcome {
    /**
     * The body passes up to the first undecided octet.
     *
     * @param data octets that pass now
     * @param held undecided octets, which precede the next chunk and must not be read twice
     * @param changed false if {@code data} is exactly the bytes received; true if it may differ
     */
    record Passed(Buffer data, Buffer held, boolean changed) implements BodyOutcome {
        /** Returns the outcome as a {@link ChunkOutcome}, which chunk filters return. */
        public ChunkOutcome chunk() {
            if (held.length() > 0) {
                return new ChunkOutcome.Hold(data, held);
            }
            return changed ? new ChunkOutcome.Replace(data) : ChunkOutcome.PASS;
        }
    }

    /**
     * A reader has denied the body.
     *
     * @param data whole events of a stream that pass before the end; empty for other bodies
     */
    record Denied(Buffer data) implements BodyOutcome {}

    /**
     * The body cannot be read.
     *
     * @param data as in {@link Denied}
     */
    record Refused(ContentFault fault, Buffer data) implements BodyOutcome {}
}
