package io.policyengine.core.chain.run;

import io.vertx.core.buffer.Buffer;

/** A run that is shown the chunks of a body beside the chain, and decides nothing about them. */
interface BodyFollower {
    /** Shows a chunk as it came to this place in the chain. */
    void feed(Buffer chunk, boolean last);

    /** Tells that no further chunk comes: the body has ended, or nobody wants the rest. */
    void close();
}
