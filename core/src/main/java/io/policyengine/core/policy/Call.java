package io.policyengine.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * The call that a policy runs in.
 *
 * @param requestId Envoy's x-request-id, or one made by the engine; safe to log
 * @param exchangeId the same in request phase, response phase and end; unique in a kernel
 * @param deadlineNanos on the {@link io.policyengine.core.time.Ticker}: a later result is not used
 * @param cancellation cancelled when the result is no longer wanted
 * @param trace the policy's span, as parent of its calls; null unless the exchange was sampled at its beginning
 */
public record Call(
        String requestId,
        long exchangeId,
        long deadlineNanos,
        Cancellation cancellation,
        @Nullable TraceParent trace) {
    /** Some 73 years in nanoseconds: as good as unlimited, and safe to add to any time. */
    private static final long FOREVER = Long.MAX_VALUE / 4;

    /** Creates a call in an exchange that is not traced. */
    public Call(String requestId, long exchangeId, long deadlineNanos, Cancellation cancellation) {
        this(requestId, exchangeId, deadlineNanos, cancellation, null);
    }

    /** Returns the call for the chunks of a body, whose total time is unlimited while each chunk has its own limit. */
    public Call ofChunks() {
        return new Call(requestId, exchangeId, deadlineNanos + FOREVER, cancellation, trace);
    }

    /**
     * Returns the call for one entry.
     *
     * @param own cancels only the entry
     * @param place of the entry in the call, from 0
     */
    public Call ofEntry(Cancellation own, int place) {
        return new Call(requestId, exchangeId, deadlineNanos, own, trace == null ? null : trace.ofEntry(place));
    }
}
