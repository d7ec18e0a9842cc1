package io.policyengine.kernel.grpc;

import io.vertx.core.buffer.Buffer;

/** Length-Prefixed-Messages, right ones and wrong ones. */
public final class Frames {
    private Frames() {}

    /** An uncompressed message. */
    public static Buffer of(byte[] message) {
        return prefix(0, message.length).appendBytes(message);
    }

    /** The beginning of a message. */
    public static Buffer prefix(int flag, long length) {
        return Buffer.buffer().appendUnsignedByte((short) flag).appendUnsignedInt(length);
    }
}
