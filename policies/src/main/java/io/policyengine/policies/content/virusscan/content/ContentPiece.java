package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/** A piece of what is scanned: the contents of a body one after the other, each as bytes and then its end. */
public sealed interface ContentPiece {
    /** The end of a content. */
    ContentPiece END = new End();

    /** The next bytes of a content; perhaps a view of the body. */
    record Bytes(Buffer bytes) implements ContentPiece {}

    /** The end of a content. */
    record End() implements ContentPiece {}

    /**
     * The end of what can be read: the rest is malformed, or in an encoding that is not undone. Nothing comes after it.
     *
     * @param why for people; nothing of the body is in it
     */
    record Unopenable(String why) implements ContentPiece {}
}
