package io.policyengine.core.metrics;

/** The trace that something which is measured belongs to, as exemplars name it. */
public interface TraceIds {
    /** True if spans of the trace are kept for certain, so that it can be found by its id. */
    boolean isSampled();

    /** The first 8 bytes of the trace id. */
    long traceHigh();

    /** The last 8 bytes of the trace id. */
    long traceLow();

    /** The id of the span that was measured, or of the one around it. */
    long span();
}
