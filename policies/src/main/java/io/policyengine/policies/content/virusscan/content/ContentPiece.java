package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/**
 * A piece of a body's content items. Each item consists of pieces with bytes, followed by a piece that ends the item.
 */
public sealed interface ContentPiece {
    /** The end of a content item. */
    ContentPiece END = new End();

    /** The next bytes of a content item. They may be a view of the body. */
    record Bytes(Buffer bytes) implements ContentPiece {}

    /** The end of a content item. */
    record End() implements ContentPiece {}

    /**
     * The last piece of a body whose rest cannot be read, because it is malformed or in an unsupported encoding.
     *
     * @param why for people; quotes nothing of the body
     */
    record Unopenable(String why) implements ContentPiece {}
}
