package io.policyengine.testkit.provider;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** The messages of an API. */
interface ProviderShape {
    /**
     * The parts of a streamed response.
     *
     * @param opening before the first piece
     * @param pieces of text
     * @param closing after the last piece
     * @param error can replace all remaining parts
     */
    record Stream(List<Buffer> opening, List<Buffer> pieces, List<Buffer> closing, Buffer error) {}

    /** The message of every error. */
    String TROUBLE = "The model had trouble";

    /** Returns a request with this text, a JSON string. */
    String request(String text, int maxOutput, boolean stream);

    String whole(ModelAnswer answer);

    Stream stream(ModelAnswer answer);

    /** Returns the content type of a streamed response. */
    String streamType(ModelAnswer answer);

    /** Returns the body of a response with a status other than 200. */
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
