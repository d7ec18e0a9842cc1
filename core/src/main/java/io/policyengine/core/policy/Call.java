package io.policyengine.core.policy;

/**
 * The facts about the call that a policy runs in.
 *
 * @param requestId Envoy's x-request-id, or one made by the engine; safe to log
 * @param exchangeId the same in request phase, response phase and end; unique in a kernel
 * @param deadlineNanos on the {@link io.policyengine.core.time.Ticker}: nobody waits longer
 * @param cancellation cancelled when nobody waits any more
 */
public record Call(String requestId, long exchangeId, long deadlineNanos, Cancellation cancellation) {
    /** In nanoseconds, some 73 years: may be added to any time. */
    private static final long FOREVER = Long.MAX_VALUE / 4;

    /** The same call, for the chunks of a body: they come for as long as it is sent, and each has a time of its own. */
    public Call ofChunks() {
        return new Call(requestId, exchangeId, deadlineNanos + FOREVER, cancellation);
    }

    /** The same call, in which another cancellation tells the policy. */
    public Call withCancellation(Cancellation own) {
        return new Call(requestId, exchangeId, deadlineNanos, own);
    }
}
