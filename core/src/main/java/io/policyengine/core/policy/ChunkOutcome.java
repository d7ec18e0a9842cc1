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

    /** The chunk is removed from the body. */
    record Drop() implements ChunkOutcome {}

    /**
     * Some bytes pass. Others are held back, and precede the next chunk when the policy receives it. The worker's
     * {@code max_body_size_bytes} bounds the held bytes. Holding back bytes of the last chunk is an error of the
     * policy.
     */
    record Hold(Buffer data, Buffer held) implements ChunkOutcome {}

    /** The body ends with these bytes. The rest of the original body is discarded. */
    record End(Buffer data) implements ChunkOutcome {}
}
