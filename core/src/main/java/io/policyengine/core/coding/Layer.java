package io.policyengine.core.coding;

import java.nio.ByteBuffer;

/** A coding in one direction that passes its output to a sink at once, in small parts. */
interface Layer extends AutoCloseable {
    /** The size of the parts, in bytes, and of the buffers for them. */
    int SCRATCH = 8 * 1024;

    /** The destination of bytes, which are valid only during the call. */
    @FunctionalInterface
    interface Sink {
        void accept(ByteBuffer bytes) throws CodingException;
    }

    /** An upper bound of the native memory after this much more output, in bytes. */
    long nativeBytes(long moreOutput);

    /** Announces the first octet of a chunk; the first octet of a body may determine the memory needed. */
    default void announce(byte octet) {}

    /**
     * Codes the input: at least one byte, direct or with an accessible array. A decoder passes on all resulting output.
     */
    void write(ByteBuffer input, Sink sink) throws CodingException;

    /** Passes on what an encoder buffers for better compression. */
    default void flush(Sink sink) throws CodingException {}

    /** Ends the body. Called once, and only after {@link #write}. */
    void finish(Sink sink) throws CodingException;

    /** Frees native memory. Called once. */
    @Override
    void close();

    /** The bytes of a window in use after more output; only output fills it. */
    static long filled(long window, long output, long moreOutput) {
        return Math.min(window, Math.min(window, output) + Math.min(window, moreOutput));
    }

    /** Moves as much as fits to the start of the target, and returns the number of bytes. */
    static int fill(ByteBuffer target, ByteBuffer input) {
        int length = Math.min(target.capacity(), input.remaining());
        target.clear().put(input.slice(input.position(), length));
        input.position(input.position() + length);
        return length;
    }
}
