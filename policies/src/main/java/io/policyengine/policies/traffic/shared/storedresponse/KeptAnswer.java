package io.policyengine.policies.traffic.shared.storedresponse;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.store.StoreException;
import io.vertx.core.buffer.Buffer;

/**
 * A stored response. In shared stores, it is encoded as a version, the status, the header fields and the body.
 * Immutable.
 */
public record KeptAnswer(int status, HeaderMap headers, Buffer body) {
    private static final byte VERSION = 1;
    private static final int OVERHEAD = 100;
    private static final int A_FIELD = 60;

    /** Returns the approximate heap of the response, in bytes. */
    public int bytes() {
        return OVERHEAD + body.length() + headers.octets() + A_FIELD * headers.size();
    }

    /** Encodes the response in the form that {@link #decode} reads. */
    public Buffer encode() {
        Buffer out = Buffer.buffer(bytes());
        out.appendByte(VERSION).appendUnsignedShort(status).appendInt(headers.size());
        headers.forEach((name, value) -> {
            append(out, name);
            append(out, value);
        });
        return out.appendBuffer(body);
    }

    private static void append(Buffer out, String octets) {
        out.appendInt(octets.length()).appendBytes(Octets.toBytes(octets));
    }

    /**
     * Decodes a response.
     *
     * @throws StoreException if the bytes are invalid
     */
    public static KeptAnswer decode(Buffer bytes) {
        try {
            return new Reader(bytes).read();
        } catch (IndexOutOfBoundsException | NegativeArraySizeException | IllegalArgumentException cut) {
            throw malformed();
        }
    }

    private static StoreException malformed() {
        return new StoreException(
                StoreException.Kind.MALFORMED, "", "a value is not a response that this version has stored");
    }

    private static final class Reader {
        private static final int STATUS_AT = 1;
        private static final int FIELDS_AT = 3;

        private final Buffer in;
        private int at = FIELDS_AT;

        Reader(Buffer in) {
            this.in = in;
        }

        KeptAnswer read() {
            if (in.getByte(0) != VERSION) {
                throw malformed();
            }
            int count = number();
            HeaderMap.Builder headers = HeaderMap.builder(Math.clamp(count, 0, 64));
            for (int i = 0; i < count; i++) {
                String name = text();
                headers.append(name, text());
            }
            return new KeptAnswer(in.getUnsignedShort(STATUS_AT), headers.build(), in.getBuffer(at, in.length()));
        }

        private int number() {
            at += Integer.BYTES;
            return in.getInt(at - Integer.BYTES);
        }

        private String text() {
            int length = number();
            at += length;
            return Octets.fromBytes(in.getBytes(at - length, at));
        }
    }
}
