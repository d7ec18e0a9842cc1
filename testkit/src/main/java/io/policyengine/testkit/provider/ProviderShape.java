package io.policyengine.testkit.provider;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** The messages of an API. */
interface ProviderShape {
    /**
     * A streamed answer in its parts.
     *
     * @param opening before the first piece
     * @param pieces of text
     * @param closing after the last piece
     * @param error that may stand in place of all that is left
     */
    record Stream(List<Buffer> opening, List<Buffer> pieces, List<Buffer> closing, Buffer error) {}

    /** The message of every error. */
    String TROUBLE = "The model had trouble";

    /** A request with this text, a JSON string. */
    String request(String text, int maxOutput, boolean stream);

    /** A whole answer. */
    String whole(ModelAnswer answer);

    /** A streamed answer. */
    Stream stream(ModelAnswer answer);

    /** The type of a streamed answer. */
    String streamType(ModelAnswer answer);

    /** The body of an answer with another status than 200. */
    String error(int status);

    /** A Server-Sent Event of a type. */
    static Buffer event(String type, String data) {
        return Buffer.buffer("event: " + type + "\ndata: " + data + "\n\n");
    }

    /** A Server-Sent Event without a type. */
    static Buffer data(String data) {
        return Buffer.buffer("data: " + data + "\n\n");
    }
}
