package io.policyengine.kernel.recorder;

/**
 * The latency that the engine adds to an exchange: the time for which Envoy waits for answers. Request and response
 * wait independently. In nanoseconds. Reused.
 */
final class AddedLatency {
    private static final long NONE = -1;

    private long request = NONE;
    private long response = NONE;
    private long total;

    /** Starts a wait at Envoy's message, unless one is in progress. */
    void begin(boolean ofRequest, long at) {
        if (ofRequest && request == NONE) {
            request = at;
        } else if (!ofRequest && response == NONE) {
            response = at;
        }
    }

    /** Ends a wait, if one is in progress. */
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

    long total() {
        return total;
    }

    void forget() {
        request = NONE;
        response = NONE;
        total = 0;
    }
}
