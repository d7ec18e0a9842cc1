package io.policyengine.kernel.recorder;

/**
 * The time that Envoy waits for answers to the messages of an exchange, which the engine adds to it. Request and response are waited for one
 * apart from the other. Nanoseconds. Reused.
 */
final class AddedLatency {
    private static final long NONE = -1;

    private long request = NONE;
    private long response = NONE;
    private long total;

    /** Envoy sent a message; if it waits already, it has waited since then. */
    void begin(boolean ofRequest, long at) {
        if (ofRequest && request == NONE) {
            request = at;
        } else if (!ofRequest && response == NONE) {
            response = at;
        }
    }

    /** Envoy waits no longer. Does nothing where it did not wait. */
    void end(boolean ofRequest, long at) {
        long since = ofRequest ? request : response;
        if (since == NONE) {
            return;
        }
        total += at - since;
        if (ofRequest) {
            request = NONE;
        } else {
            response = NONE;
        }
    }

    /** The total of finished waits. */
    long total() {
        return total;
    }

    void forget() {
        request = NONE;
        response = NONE;
        total = 0;
    }
}
