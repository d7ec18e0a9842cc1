package io.policyengine.core.metrics;

/** The ids of the trace to which a measured value belongs, for exemplars. */
public interface TraceIds {
    /** True if the trace's spans will certainly be exported, so that the trace can be found by its id. */
    boolean isSampled();

    /** The first 8 bytes of the trace id. */
    long traceHigh();

    /** The last 8 bytes of the trace id. */
    long traceLow();

    /** The id of the measured span or, if the measured work has no span of its own, of the enclosing span. */
    long span();
}
