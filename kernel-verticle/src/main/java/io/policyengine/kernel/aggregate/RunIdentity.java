package io.policyengine.kernel.aggregate;

import io.policyengine.core.policy.Cancellation;
import io.policyengine.kernel.trace.TraceContext;

/**
 * The identity of an exchange, sent with each of its worker calls.
 *
 * @param requestId identifies the request in logs
 * @param cancellation cancels all calls when the exchange ends
 * @param trace the trace that the exchange belongs to
 */
public record RunIdentity(String requestId, long exchangeId, Cancellation cancellation, TraceContext trace) {}
