package io.policyengine.core.policy;

import io.vertx.core.buffer.Buffer;

/** A policy's decision about a chunk of a body. */
public sealed interface ChunkOutcome extends RequestChunkOutcome {
    /** It goes on as it came. */
    ChunkOutcome PASS = new Pass();

    /** Nothing of it goes on. */
    ChunkOutcome DROP = new Drop();

    /** It goes on as it came. */
    record Pass() implements ChunkOutcome {}

    /** Other bytes go on instead. */
    record Replace(Buffer data) implements ChunkOutcome {}

    /** Nothing of it goes on. */
    record Drop() implements ChunkOutcome {}

    /**
     * Some bytes go on, others come again in front of the next chunk. What is held is bounded by the worker's
     * {@code max_body_size_bytes}; holding back of the last chunk is a policy error.
     */
    record Hold(Buffer data, Buffer held) implements ChunkOutcome {}

    /** The body ends with these bytes, whatever else comes. */
    record End(Buffer data) implements ChunkOutcome {}
}
