package io.policyengine.core.coding;

import io.vertx.core.buffer.Buffer;

/** Decodes or encodes a body, chunk by chunk. Confined to one thread at a time. */
public interface BodyCoder extends AutoCloseable {
    /**
     * Codes a chunk and returns all available output. An encoder flushes after each chunk, so that an event of a stream
     * is sent at once. An empty chunk that is not the last gives no output, and neither does an empty body.
     *
     * @param chunk the next bytes of the body; not changed
     * @param last whether the body ends with it, which closes the coder
     * @throws CodingException if the body violates its coding or exceeds the limit; this closes the coder
     * @throws IllegalStateException if the coder is closed
     */
    Buffer next(Buffer chunk, boolean last) throws CodingException;

    /** An upper bound of the native memory that the coder holds, in bytes; 0 once it is closed. */
    long nativeBytes();

    /** An upper bound of the native memory after this next chunk, in bytes. */
    long nativeBytesAfter(Buffer chunk);

    /** Frees what the coder holds. Further calls do nothing. */
    @Override
    void close();
}
