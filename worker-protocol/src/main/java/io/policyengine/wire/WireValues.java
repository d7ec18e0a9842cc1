package io.policyengine.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Counts the values of a message before it is decoded. An object that has two bytes on the wire needs at least fifty
 * bytes in memory. Takes time linear in the bytes and allocates nothing.
 */
public final class WireValues {
    /**
     * Maximum bytes of a message whose values are not counted, since a decoded message of this size cannot take much
     * memory.
     */
    private static final int UNCOUNTED = 16 << 10;

    /** Maximum number of values in a received message. So a decoded message takes at most an eighth of the heap. */
    static final int MAX = Math.clamp(Runtime.getRuntime().maxMemory() / 512, 1 << 17, 1 << 22);

    /**
     * Number of values for which one unknown field counts, because the protobuf library keeps such a field in a
     * separate map.
     */
    private static final int OF_UNKNOWN = 4;

    /** Maximum nesting depth of a received message, equal to that of the protobuf library. */
    private static final int MAX_DEPTH = 100;

    private int left;

    private WireValues(int most) {
        this.left = most;
    }

    /**
     * Rejects a message of this type that has too many values. Short messages are not examined.
     *
     * @throws InvalidProtocolBufferException if the message has too many values or is malformed
     */
    public static void check(ByteString message, Descriptor type) throws IOException {
        if (message.size() > UNCOUNTED) {
            check(message, type, MAX);
        }
    }

    /**
     * Rejects a message of this type that has too many values.
     *
     * @throws InvalidProtocolBufferException if the message has more than {@code most} values or is malformed
     */
    static void check(ByteString message, Descriptor type, int most) throws IOException {
        new WireValues(most).count(message.newCodedInput(), type, 0);
    }

    private void count(CodedInputStream input, Descriptor type, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("it nests too deeply");
        }
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            take(field == null ? OF_UNKNOWN : 1);
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> delimited(input, field, depth);
                case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP ->
                    throw new InvalidProtocolBufferException("a group, which the protocol does not have");
                default -> input.skipField(tag);
            }
        }
    }

    private void delimited(CodedInputStream input, @Nullable FieldDescriptor field, int depth) throws IOException {
        int length = input.readRawVarint32();
        if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            int outer = input.pushLimit(length);
            count(input, field.getMessageType(), depth + 1);
            input.popLimit(outer);
        } else {
            // Packed numbers take at least a byte each.
            take(field != null && field.isPackable() ? length : 0);
            input.skipRawBytes(length);
        }
    }

    private void take(int values) throws InvalidProtocolBufferException {
        left -= values;
        if (left < 0) {
            throw new InvalidProtocolBufferException("it has more values than allowed");
        }
    }
}
