package io.policyengine.kernel.recorder;

/**
 * The latency that the engine adds to an exchange, in nanoseconds: the time for which Envoy waits for answers. It is
 * measured separately for the request and the response. The object is reused for other exchanges.
 */
final class AddedLatency {
    private static final long NONE = -1;

    private long request = NONE;
    private long response = NONE;
    private long total;

    /** Starts a wait when a message of Envoy arrives, unless a wait is already in progress. */
    void begin(boolean ofRequest, long at) {
        if (ofRequest && request == NONE) {
            request = at;
        } else if (!ofRequest && response == NONE) {
            response = at;
        }
    }

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
