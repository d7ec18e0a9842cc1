package io.policyengine.core.chain.run;

import io.vertx.core.buffer.Buffer;

/** A run that receives copies of a body's chunks in parallel to the chain and does not change them. */
interface BodyFollower {
    void feed(Buffer chunk, boolean last);

    /** Reports that no further chunk follows, because the body has ended or was discarded. */
    void close();
}
