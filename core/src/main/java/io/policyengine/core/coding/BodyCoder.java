package io.policyengine.core.coding;

import io.vertx.core.buffer.Buffer;

/** Turns a body into another one, chunk by chunk. Confined to one thread at a time. */
public interface BodyCoder extends AutoCloseable {
    /**
     * All bytes that can come out now. An encoder flushes after each chunk, so that an event of a stream leaves at once. A chunk
     * that is empty and not the last gives nothing, and so does a body without a byte: neither side makes bytes of none.
     *
     * @param chunk the next bytes of the body; not changed
     * @param last whether the body ends with it; it closes the coder
     * @throws CodingException where the body is not what its coding says, or comes to more than the limit; it closes the coder
     * @throws IllegalStateException if the coder is closed
     */
    Buffer next(Buffer chunk, boolean last) throws CodingException;

    /** The bytes of native memory, outside of the heap, that the coder holds at most; 0 once it is closed. */
    long nativeBytes();

    /** The bytes of native memory that it would hold at most after this chunk of its body. */
    long nativeBytesAfter(Buffer chunk);

    /** Frees what the coder holds. Further calls do nothing. */
    @Override
    void close();
}
