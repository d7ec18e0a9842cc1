package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.store.StoreException;
import io.vertx.core.buffer.Buffer;

/** Encodes and decodes responses for a shared store: as a version, numbers, header fields and the body. */
final class StoredCodec {
    private static final byte VERSION = 1;
    private static final byte ASKS = 1;
    private static final byte MAY_BE_STALE = 2;

    private StoredCodec() {}

    static Buffer encode(StoredResponse answer) {
        Buffer out = Buffer.buffer(answer.bytes());
        out.appendByte(VERSION)
                .appendByte((byte) ((answer.validity().asks() ? ASKS : 0)
                        | (answer.validity().mayBeStale() ? MAY_BE_STALE : 0)))
                .appendUnsignedShort(answer.status())
                .appendLong(answer.requestedAt())
                .appendLong(answer.storedAt())
                .appendLong(answer.validity().initialAge())
                .appendLong(answer.validity().lifetime())
                .appendLong(answer.validity().whileRevalidating())
                .appendLong(answer.validity().ifError())
                .appendInt(answer.headers().size());
        answer.headers().forEach((name, value) -> {
            append(out, name);
            append(out, value);
        });
        return out.appendBuffer(answer.body());
    }

    private static void append(Buffer out, String octets) {
        out.appendInt(octets.length()).appendBytes(Octets.toBytes(octets));
    }

    /**
     * Decodes a response.
     *
     * @throws StoreException if the bytes are invalid
     */
    static StoredResponse decode(Buffer bytes) {
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
        private final Buffer in;
        private int at;

        Reader(Buffer in) {
            this.in = in;
        }

        StoredResponse read() {
            if (in.getByte(0) != VERSION) {
                throw malformed();
            }
            byte flags = in.getByte(1);
            int status = in.getUnsignedShort(2);
            at = 4;
            long requestedAt = number();
            long storedAt = number();
            long initialAge = number();
            long lifetime = number();
            long whileRevalidating = number();
            long ifError = number();
            HeaderMap headers = headers();
            return new StoredResponse(
                    status,
                    headers,
                    in.getBuffer(at, in.length()),
                    requestedAt,
                    storedAt,
                    new StoredResponse.Validity(
                            initialAge,
                            lifetime,
                            (flags & ASKS) != 0,
                            (flags & MAY_BE_STALE) != 0,
                            whileRevalidating,
                            ifError));
        }

        private long number() {
            at += Long.BYTES;
            return in.getLong(at - Long.BYTES);
        }

        private HeaderMap headers() {
            int count = length();
            HeaderMap.Builder headers = HeaderMap.builder(Math.min(count, 64));
            for (int i = 0; i < count; i++) {
                String name = text();
                headers.append(name, text());
            }
            return headers.build();
        }

        private int length() {
            at += Integer.BYTES;
            return in.getInt(at - Integer.BYTES);
        }

        private String text() {
            int length = length();
            at += length;
            return Octets.fromBytes(in.getBytes(at - length, at));
        }
    }
}
