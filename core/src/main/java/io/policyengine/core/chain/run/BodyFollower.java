package io.policyengine.core.chain.run;

import io.vertx.core.buffer.Buffer;

/** A run that receives copies of a body's chunks in parallel to the chain and does not change them. */
interface BodyFollower {
    /**
     * Receives the next chunk.
     *
     * @param isComplete see {@link io.policyengine.core.chain.TimedChunk}
     */
    void feed(Buffer chunk, boolean last, boolean isComplete);

    /** Reports that no further chunk follows, because the body has ended or was discarded. */
    void close();
}
