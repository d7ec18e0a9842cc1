package io.policyengine.core.metrics;

/** The trace of a measured value, for exemplars. */
public interface TraceIds {
    /** True if the spans of the trace are certainly exported, so that the trace can be looked up by its id. */
    boolean isSampled();

    /** The first 8 bytes of the trace id. */
    long traceHigh();

    /** The last 8 bytes of the trace id. */
    long traceLow();

    /** The id of the measured span or, if the work has no span, of the enclosing one. */
    long span();
}
