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

    /** Takes all of the input: at least one byte, direct or with an accessible array. A decoder hands on all that follows from it. */
    void write(ByteBuffer input, Sink sink) throws CodingException;

    /** Hands on what an encoder keeps back in the hope of better compression. */
    default void flush(Sink sink) throws CodingException {}

    /** Ends the body. Called once, and only after {@link #write}. */
    void finish(Sink sink) throws CodingException;

    /** Frees native memory. Called once. */
    @Override
    void close();

    /** Moves as much as fits to the begin of the target, and tells how much that is. */
    static int fill(ByteBuffer target, ByteBuffer input) {
        int length = Math.min(target.capacity(), input.remaining());
        target.clear().put(input.slice(input.position(), length));
        input.position(input.position() + length);
        return length;
    }
}
