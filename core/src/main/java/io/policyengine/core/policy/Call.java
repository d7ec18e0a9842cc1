package io.policyengine.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * A call of a policy.
 *
 * @param requestId Envoy's x-request-id, or an id created by the engine; safe to log
 * @param exchangeId equal in the request phase, the response phase and the end of an exchange; unique in a kernel
 * @param deadlineNanos a time of the {@link io.policyengine.core.time.Ticker}; a later result is not used
 * @param cancellation cancelled when the result is no longer needed
 * @param isCutShort whether earlier calls left this one less than its promised time; late dependencies then do not
 *     count as failed
 * @param trace the policy's span, as the parent of the policy's own calls; null unless the exchange was sampled when it
 *     began
 */
public record Call(
        String requestId,
        long exchangeId,
        long deadlineNanos,
        Cancellation cancellation,
        boolean isCutShort,
        @Nullable TraceParent trace) {
    /** About 73 years in nanoseconds: practically unlimited, and safe to add to any time. */
    private static final long FOREVER = Long.MAX_VALUE / 4;

    /** Creates a call with its full promised time, for an exchange that is not traced. */
    public Call(String requestId, long exchangeId, long deadlineNanos, Cancellation cancellation) {
        this(requestId, exchangeId, deadlineNanos, cancellation, false, null);
    }

    /** Returns a copy that is marked as having less than its promised time. */
    public Call cutShort() {
        return new Call(requestId, exchangeId, deadlineNanos, cancellation, true, trace);
    }

    /** Returns a copy for the chunks of a body, without a deadline. Each chunk has its own time limit. */
    public Call ofChunks() {
        return new Call(requestId, exchangeId, deadlineNanos + FOREVER, cancellation, false, trace);
    }

    /**
     * Returns the part of this call that belongs to one entry.
     *
     * @param own cancels only this entry
     * @param place index of the entry in the call, from 0
     */
    public Call ofEntry(Cancellation own, int place) {
        TraceParent ofEntry = trace == null ? null : trace.ofEntry(place);
        return new Call(requestId, exchangeId, deadlineNanos, own, isCutShort, ofEntry);
    }
}
