package io.policyengine.kernel.trace;

import io.policyengine.core.metrics.TraceIds;
import io.policyengine.core.policy.TraceParent;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The position of an exchange in a trace. Immutable.
 *
 * @param traceHigh the first 8 bytes of the trace id
 * @param traceLow the last 8 bytes of the trace id
 * @param parentSpan id of the span of Envoy or the client that contains the exchange; 0 if the trace begins with the
 *     exchange
 * @param span id of the exchange's span, from which the ids of its child spans are derived; 0 only in {@link #NONE}
 * @param isSampled true if the exchange was sampled at its first message; otherwise its end decides
 * @param state the {@code tracestate}; may be empty
 */
public record TraceContext(long traceHigh, long traceLow, long parentSpan, long span, boolean isSampled, String state)
        implements TraceIds {
    /** The context of an exchange whose spans are never recorded, regardless of how it ends. */
    public static final TraceContext NONE = new TraceContext(0, 0, 0, 0, false, "");

    /** The number of the first worker call's span among the child spans of the exchange. */
    public static final int FIRST_CALL = 1001;

    private static final HexFormat HEX = HexFormat.of();

    /** Returns whether the exchange has a trace, so that its spans are kept now or may be kept at its end. */
    public boolean exists() {
        return span != 0;
    }

    /** Returns the trace id as 32 hexadecimal digits in lower case; empty for {@link #NONE}. Allocates at each call. */
    public String traceId() {
        return exists() ? HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow) : "";
    }

    /**
     * Returns the id of the exchange's span as 16 hexadecimal digits in lower case; empty for {@link #NONE}. Allocates
     * at each call.
     */
    public String spanId() {
        return exists() ? HEX.toHexDigits(span) : "";
    }

    /**
     * Returns the span id of a worker call.
     *
     * @param number the index of the call in the exchange, from 0
     */
    public long spanOfCall(int number) {
        return TraceParent.below(span, FIRST_CALL + number);
    }

    /**
     * Returns the span of a call, as the parent of the worker's spans. Returns null unless the exchange is already
     * sampled. Allocates at each call.
     */
    public @Nullable TraceParent ofCall(int number) {
        return isSampled ? new TraceParent(traceId(), spanOfCall(number), state) : null;
    }
}
