package io.policyengine.core.coding;

import java.nio.ByteBuffer;

/** A coding in one direction. It passes its output to a sink immediately, in small parts. */
interface Layer extends AutoCloseable {
    /** Maximum size of a part of a coder's output, and size of the buffers for parts, in bytes. */
    int SCRATCH = 8 * 1024;

    /** Receives output bytes, which are valid only during the call. */
    @FunctionalInterface
    interface Sink {
        void accept(ByteBuffer bytes) throws CodingException;
    }

    /** The maximum native memory, in bytes, after {@code moreOutput} further bytes of output. */
    long nativeBytes(long moreOutput);

    /**
     * Announces the first octet of a chunk, since the first octet of a body may determine the memory that is needed.
     */
    default void announce(byte octet) {}

    /**
     * Codes the input, which has at least one byte and is direct or has an accessible array. A decoder writes all
     * resulting output to the sink.
     */
    void write(ByteBuffer input, Sink sink) throws CodingException;

    /** Writes to the sink the bytes that an encoder has buffered for better compression. */
    default void flush(Sink sink) throws CodingException {}

    /** Ends the body. Called once, and only if {@link #write} was called before. */
    void finish(Sink sink) throws CodingException;

    /** Releases native memory. Called once. */
    @Override
    void close();

    /** Returns the bytes of a window that are in use after more output. Only output fills a window. */
    static long filled(long window, long output, long moreOutput) {
        return Math.min(window, Math.min(window, output) + Math.min(window, moreOutput));
    }

    /** Moves as many bytes as fit from the input to the start of the target, and returns their number. */
    static int fill(ByteBuffer target, ByteBuffer input) {
        int length = Math.min(target.capacity(), input.remaining());
        target.clear().put(input.slice(input.position(), length));
        input.position(input.position() + length);
        return length;
    }
}
