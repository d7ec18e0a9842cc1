package io.policyengine.core.coding;

import java.nio.ByteBuffer;

/** One coding at work, in one direction: what it makes of its input it hands to a sink at once, and in small parts. */
interface Layer extends AutoCloseable {
    /** The size of the parts, in bytes, and of the buffers for them. */
    int SCRATCH = 8 * 1024;

    /** Where bytes go. They are valid during the call only. */
    @FunctionalInterface
    interface Sink {
        /** Takes all of the bytes. */
        void accept(ByteBuffer bytes) throws CodingException;
    }

    /** The bytes of native memory that it holds at most once so many more bytes have come out of it. */
    long nativeBytes(long moreOutput);

    /** Tells the first octet of a chunk that it may be given: that of a body can say how much memory it takes. */
    default void announce(byte octet) {}

    /** Takes all of the input: at least one byte, direct or with an accessible array. A decoder hands on all that follows from it. */
    void write(ByteBuffer input, Sink sink) throws CodingException;

    /** Hands on what an encoder keeps back in the hope of better compression. */
    default void flush(Sink sink) throws CodingException {}

    /** Ends the body. Called once, and only after {@link #write}. */
    void finish(Sink sink) throws CodingException;

    /** Frees native memory. Called once. */
    @Override
    void close();

    /** The bytes of a window that are in use once so much has come out: only that fills it. */
    static long filled(long window, long output, long moreOutput) {
        return Math.min(window, Math.min(window, output) + Math.min(window, moreOutput));
    }

    /** Moves as much as fits to the begin of the target, and tells how much that is. */
    static int fill(ByteBuffer target, ByteBuffer input) {
        int length = Math.min(target.capacity(), input.remaining());
        target.clear().put(input.slice(input.position(), length));
        input.position(input.position() + length);
        return length;
    }
}
