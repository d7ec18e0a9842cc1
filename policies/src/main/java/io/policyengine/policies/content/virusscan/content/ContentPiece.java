package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/** A piece of the contents of a body, which follow each other: each as bytes and then its end. */
public sealed interface ContentPiece {
    /** The end of a content. */
    ContentPiece END = new End();

    /** The next bytes of a content, which may be a view of the body. */
    record Bytes(Buffer bytes) implements ContentPiece {}

    /** The end of a content. */
    record End() implements ContentPiece {}

    /**
     * The end of the readable contents: the rest is malformed or in an unsupported encoding. No piece follows.
     *
     * @param why for people; contains nothing of the body
     */
    record Unopenable(String why) implements ContentPiece {}
}
