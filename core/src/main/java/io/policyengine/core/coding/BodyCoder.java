package io.policyengine.core.coding;

import io.vertx.core.buffer.Buffer;

/** Decodes or encodes a body, chunk by chunk. Confined to one thread at a time. */
public interface BodyCoder extends AutoCloseable {
    /**
     * Decodes or encodes a chunk and returns all output that is available. An encoder flushes after each chunk, so that
     * an event of a stream is sent immediately. There is no output for an empty chunk that is not the last, or for an
     * empty body.
     *
     * @param chunk the next bytes of the body; not modified
     * @param last whether the body ends with this chunk, which closes the coder
     * @throws CodingException if the body violates its coding or exceeds the limit; the coder is then closed
     * @throws IllegalStateException if the coder is closed
     */
    Buffer next(Buffer chunk, boolean last) throws CodingException;

    /** The maximum native memory that the coder may hold now, in bytes; 0 once it is closed. */
    long nativeBytes();

    /** The maximum native memory that the coder may hold after coding the given chunk, in bytes. */
    long nativeBytesAfter(Buffer chunk);

    /** Releases the coder's memory. Idempotent. */
    @Override
    void close();
}
