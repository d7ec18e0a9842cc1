package io.policyengine.core.policy;

import io.vertx.core.buffer.Buffer;

/** A policy's decision about a chunk of a body. */
public sealed interface ChunkOutcome extends RequestChunkOutcome {
    ChunkOutcome PASS = new Pass();

    ChunkOutcome DROP = new Drop();

    /** The chunk passes unchanged. */
    record Pass() implements ChunkOutcome {}

    /** The chunk is replaced by these bytes. */
    record Replace(Buffer data) implements ChunkOutcome {}

    /** The chunk is removed. */
    record Drop() implements ChunkOutcome {}

    /**
     * Some bytes pass, others are presented again before the next chunk. Held bytes are bounded by the worker's {@code
     * max_body_size_bytes}; holding bytes of the last chunk is a policy error.
     */
    record Hold(Buffer data, Buffer held) implements ChunkOutcome {}

    /** The body ends with these bytes; the rest is discarded. */
    record End(Buffer data) implements ChunkOutcome {}
}
