package io.policyengine.testkit.provider;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Creates messages of Amazon's event streams: total length, header length, CRC-32 of both, headers, payload, and CRC-32
 * of all preceding bytes. Source: Smithy, Amazon event stream specification.
 */
public final class EventStreamMessage {
    /** Bytes of a message without its headers and payload. */
    private static final int FRAME = 16;

    private static final byte STRING = 7;

    private EventStreamMessage() {}

    /** Returns a message of the kind event, with a JSON payload. */
    public static Buffer event(String type, String json) {
        return of("event", ":event-type", type, json);
    }

    /** Returns a message of the kind exception, with a JSON payload. */
    public static Buffer exception(String type, String json) {
        return of("exception", ":exception-type", type, json);
    }

    private static Buffer of(String kind, String typeName, String type, String json) {
        Buffer headers = Buffer.buffer();
        header(headers, typeName, type);
        header(headers, ":content-type", "application/json");
        header(headers, ":message-type", kind);
        Buffer payload = Buffer.buffer(json);
        Buffer message = Buffer.buffer()
                .appendInt(FRAME + headers.length() + payload.length())
                .appendInt(headers.length());
        message.appendInt(crc(message));
        message.appendBuffer(headers).appendBuffer(payload);
        return message.appendInt(crc(message));
    }

    private static void header(Buffer headers, String name, String value) {
        byte[] octets = value.getBytes(StandardCharsets.UTF_8);
        headers.appendByte((byte) name.length())
                .appendString(name)
                .appendByte(STRING)
                .appendShort((short) octets.length)
                .appendBytes(octets);
    }

    private static int crc(Buffer octets) {
        CRC32 crc = new CRC32();
        crc.update(octets.getBytes());
        return (int) crc.getValue();
    }
}
