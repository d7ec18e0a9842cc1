package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/** A reader of one content, or of one that has others in it; it adds what it finds to {@link Contents}. Where the bytes are cut changes nothing. */
interface ContentReader {
    /** Takes the next bytes. */
    void take(Buffer bytes) throws UnopenableException;

    /** Bytes of memory that it keeps for those to come, by estimate. */
    default long heldBytes() {
        return 0;
    }

    /** No more bytes come. */
    void end() throws UnopenableException;
}
