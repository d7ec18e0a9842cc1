package io.policyengine.kernel.body;

import org.jspecify.annotations.Nullable;

/**
 * The proof by a response that Envoy honours overrides, where bodies did not come before. Its body is asked for together with the answer
 * to the request headers, in full duplex, which brings it while the answer to its own headers is still held back.
 */
final class ResponseProof {
    private boolean tried;
    /** The step that goes on with the proof; null if nothing waits for it. */
    private @Nullable Runnable waiting;

    /** Begins; false if it has begun. */
    boolean begin() {
        boolean begins = !tried;
        tried = true;
        return begins;
    }

    /** True if Envoy was asked. */
    boolean hasBegun() {
        return tried;
    }

    /** Something waits for the proof. */
    void await(Runnable then) {
        waiting = then;
    }

    /** True if something waits for it. */
    boolean isAwaited() {
        return waiting != null;
    }

    /** The proof is there: what waits goes on. */
    void isThere() {
        Runnable next = waiting;
        waiting = null;
        if (next != null) {
            next.run();
        }
    }

    /** Waits for nothing any more. */
    void end() {
        waiting = null;
    }
}
