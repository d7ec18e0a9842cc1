package io.policyengine.core.envoy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the fields of an encoded message one by one (Protocol Buffers, Encoding). Copies nothing but texts. */
final class WireReader {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    /** Maximum number of bits of a varint in Envoy's typed metadata. */
    private static final int LONGEST = 64;

    private final Buffer bytes;
    private final int end;
    private int at;
    private int number;
    private int wireType;
    private long value;
    private boolean malformed;

    WireReader(Buffer message) {
        this(message, 0, message.length());
    }

    private WireReader(Buffer bytes, int begin, int end) {
        this.bytes = bytes;
        this.at = begin;
        this.end = end;
    }

    /** Moves to the next field. Returns false at the end, or if the encoding is invalid. */
    boolean next() {
        if (at >= end || malformed) {
            return false;
        }
        long tag = varint();
        number = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        malformed |= number <= 0 || tag >>> 32 != 0;
        switch (wireType) {
            case VARINT -> value = varint();
            case LENGTH_DELIMITED -> {
                value = varint();
                skip(value);
            }
            case FIXED_64 -> skip(8);
            case FIXED_32 -> skip(4);
            default -> malformed = true; // groups are deprecated
        }
        return !malformed;
    }

    int number() {
        return number;
    }

    /** Returns whether the field has a numeric wire type, as integers, enums and booleans do. */
    boolean isNumber() {
        return wireType == VARINT;
    }

    /** The value of a numeric field; {@link Long#MAX_VALUE} if the unsigned value is greater. */
    long value() {
        return value < 0 ? Long.MAX_VALUE : value;
    }

    /** Returns a reader of the field's content, or null if the field is not length-delimited. */
    @Nullable
    WireReader content() {
        return wireType == LENGTH_DELIMITED ? new WireReader(bytes, at - (int) value, at) : null;
    }

    String text() {
        return new String(bytes.getBytes(at, end), StandardCharsets.UTF_8);
    }

    boolean isMalformed() {
        return malformed;
    }

    private void skip(long length) {
        if (length < 0 || length > end - at) {
            malformed = true;
        } else {
            at += (int) length;
        }
    }

    private long varint() {
        long read = 0;
        for (int shift = 0; shift < LONGEST; shift += 7) {
            if (at >= end) {
                malformed = true;
                return 0;
            }
            byte octet = bytes.getByte(at++);
            read |= (long) (octet & 0x7F) << shift;
            if (octet >= 0) {
                return read;
            }
        }
        malformed = true;
        return 0;
    }
}
