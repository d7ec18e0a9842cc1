package io.policyengine.testkit.provider;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Encodes the messages of one provider's API. */
interface ProviderShape {
    /**
     * The parts of a streamed response.
     *
     * @param opening the parts before the first piece of text
     * @param pieces the pieces of text
     * @param closing the parts after the last piece of text
     * @param error the part that replaces all remaining parts if the stream fails
     */
    record Stream(List<Buffer> opening, List<Buffer> pieces, List<Buffer> closing, Buffer error) {}

    String TROUBLE = "The model had trouble";

    /** Returns a request body; {@code text} is a JSON string with its quotes. */
    String request(String text, int maxOutput, boolean stream);

    String whole(ModelAnswer answer);

    Stream stream(ModelAnswer answer);

    String streamType(ModelAnswer answer);

    String error(int status);

    static Buffer event(String type, String data) {
        return Buffer.buffer("event: " + type + "\ndata: " + data + "\n\n");
    }

    static Buffer data(String data) {
        return Buffer.buffer("data: " + data + "\n\n");
    }
}
