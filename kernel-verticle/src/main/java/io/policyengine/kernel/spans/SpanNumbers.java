package io.policyengine.kernel.spans;

import io.policyengine.core.trace.SpanIds;
import io.policyengine.kernel.recorder.ChainPart;

/** The ids of the spans of an exchange, all derived from that of its own: a worker is told that of its call before there is a span. */
final class SpanNumbers {
    private static final int CHAINS = 1;
    private static final int CONVERSIONS = 101;
    private static final int CALLS = 1001;

    private SpanNumbers() {}

    static long lookup(long root) {
        return SpanIds.below(root, 0);
    }

    static long chain(long root, ChainPart part) {
        return SpanIds.below(root, CHAINS + part.place());
    }

    static long conversion(long root, ChainPart part) {
        return SpanIds.below(root, CONVERSIONS + part.place());
    }

    static long call(long root, int number) {
        return SpanIds.below(root, CALLS + number);
    }

    static long aggregation(long call) {
        return SpanIds.below(call, 0);
    }

    static long process(long call) {
        return SpanIds.below(call, 1);
    }

    /** The span of an entry, by its place in the call. */
    static long policy(long call, int place) {
        return SpanIds.ofEntry(call, place);
    }
}
