package io.policyengine.kernel.body;

import org.jspecify.annotations.Nullable;

/**
 * Uses a response to check whether Envoy honours mode overrides. The check is needed after requested bodies did not
 * arrive. The response's body is requested in full duplex together with the answer to the request headers. It must then
 * arrive while the answer to the response headers is held back.
 */
final class ResponseProof {
    private boolean tried;
    /** The step that waits for the body as proof, or null. */
    private @Nullable Runnable waiting;

    /** Begins the check; returns false if it has begun before. */
    boolean begin() {
        boolean begins = !tried;
        tried = true;
        return begins;
    }

    boolean hasBegun() {
        return tried;
    }

    void await(Runnable then) {
        waiting = then;
    }

    boolean isAwaited() {
        return waiting != null;
    }

    /** Runs the step that waited for the body, because the body has arrived. */
    void isThere() {
        Runnable next = waiting;
        waiting = null;
        if (next != null) {
            next.run();
        }
    }

    void end() {
        waiting = null;
    }
}
