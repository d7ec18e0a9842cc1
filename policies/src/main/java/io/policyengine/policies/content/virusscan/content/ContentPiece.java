package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/**
 * A piece of a body's contents. The contents follow each other; each consists of pieces with bytes and a piece that
 * ends it.
 */
public sealed interface ContentPiece {
    /** The end of a content. */
    ContentPiece END = new End();

    /** The next bytes of a content. They may be a view of the body. */
    record Bytes(Buffer bytes) implements ContentPiece {}

    /** The end of a content. */
    record End() implements ContentPiece {}

    /**
     * The end of the readable contents: the rest is malformed or in an unsupported encoding. This is the last piece.
     *
     * @param why for people; quotes nothing of the body
     */
    record Unopenable(String why) implements ContentPiece {}
}
