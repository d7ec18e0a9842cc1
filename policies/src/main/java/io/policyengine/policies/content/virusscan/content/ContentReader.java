package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/**
 * Reads a content item, or a container of content items, into a {@link ContentSink}. Chunk boundaries do not matter.
 */
interface ContentReader {
    void take(Buffer bytes) throws UnopenableException;

    /** Returns the estimated bytes of memory held for later bytes. */
    default long heldBytes() {
        return 0;
    }

    void end() throws UnopenableException;
}
