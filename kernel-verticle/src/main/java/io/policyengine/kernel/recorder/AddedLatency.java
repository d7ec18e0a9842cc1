package io.policyengine.kernel.recorder;

/**
 * The latency in nanoseconds that the engine adds to an exchange: the time for which Envoy waits for answers. Waits of
 * the request and of the response are independent. Reused for other exchanges.
 */
final class AddedLatency {
    private static final long NONE = -1;

    private long request = NONE;
    private long response = NONE;
    private long total;

    /** Starts a wait at the arrival of Envoy's message, unless a wait is in progress. */
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
