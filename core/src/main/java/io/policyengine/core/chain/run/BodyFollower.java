package io.policyengine.core.chain.run;

import io.vertx.core.buffer.Buffer;

/** A run that observes the chunks of a body in parallel to the chain, without effect on them. */
interface BodyFollower {
    void feed(Buffer chunk, boolean last);

    /** Reports that no further chunk comes, because the body has ended or was discarded. */
    void close();
}
