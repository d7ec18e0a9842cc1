package io.policyengine.kernel.spans;

import io.policyengine.core.policy.TraceParent;
import io.policyengine.kernel.recorder.ChainPart;
import io.policyengine.kernel.trace.TraceContext;

/**
 * The span ids of an exchange, computed from the exchange's own span id and a number. A worker can thus receive the id
 * of its call's span before that span exists. Numbers from {@value TraceContext#FIRST_CALL} on belong to calls.
 */
final class SpanNumbers {
    private static final int CHAINS = 1;
    private static final int CONVERSIONS = 101;

    private SpanNumbers() {}

    static long lookup(long root) {
        return TraceParent.below(root, 0);
    }

    static long chain(long root, ChainPart part) {
        return TraceParent.below(root, CHAINS + part.place());
    }

    static long conversion(long root, ChainPart part) {
        return TraceParent.below(root, CONVERSIONS + part.place());
    }

    static long aggregation(long call) {
        return TraceParent.below(call, 0);
    }

    static long process(long call) {
        return TraceParent.below(call, 1);
    }

    static long policy(long call, int place) {
        return TraceParent.ofEntry(call, place);
    }
}
