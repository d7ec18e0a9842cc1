package io.policyengine.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * The facts about the call that a policy runs in.
 *
 * @param requestId Envoy's x-request-id, or one made by the engine; safe to log
 * @param exchangeId the same in request phase, response phase and end; unique in a kernel
 * @param deadlineNanos on the {@link io.policyengine.core.time.Ticker}: nobody waits longer
 * @param cancellation cancelled when nobody waits any more
 * @param trace the span of the policy, for those that it calls; null unless it was decided at the beginning of the exchange that its
 *     spans are kept
 */
public record Call(
        String requestId,
        long exchangeId,
        long deadlineNanos,
        Cancellation cancellation,
        @Nullable TraceParent trace) {
    /** In nanoseconds, some 73 years: may be added to any time. */
    private static final long FOREVER = Long.MAX_VALUE / 4;

    /** A call in an exchange of which no spans are kept. */
    public Call(String requestId, long exchangeId, long deadlineNanos, Cancellation cancellation) {
        this(requestId, exchangeId, deadlineNanos, cancellation, null);
    }

    /** The same call, for the chunks of a body: they come for as long as it is sent, and each has a time of its own. */
    public Call ofChunks() {
        return new Call(requestId, exchangeId, deadlineNanos + FOREVER, cancellation, trace);
    }

    /**
     * The same call, for one entry.
     *
     * @param own tells the entry alone
     * @param place of the entry in the call, from 0 on
     */
    public Call ofEntry(Cancellation own, int place) {
        return new Call(requestId, exchangeId, deadlineNanos, own, trace == null ? null : trace.ofEntry(place));
    }
}
