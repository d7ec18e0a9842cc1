package io.policyengine.kernel.trace;

import io.policyengine.core.metrics.TraceIds;
import io.policyengine.core.policy.TraceParent;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The place of an exchange in a trace. Immutable.
 *
 * @param traceHigh the first 8 bytes of the trace id
 * @param traceLow the last 8 bytes of the trace id
 * @param parentSpan id of Envoy's, or the client's, span around the exchange; 0 if the trace begins here
 * @param span id of the exchange's span, from which those below it are derived; 0 only in {@link #NONE}
 * @param isSampled true if sampled at the first message; otherwise the end of the exchange decides
 * @param state the tracers' state ({@code tracestate}); empty for none
 */
public record TraceContext(long traceHigh, long traceLow, long parentSpan, long span, boolean isSampled, String state)
        implements TraceIds {
    /** The context of an exchange of which no spans are kept, however it ends. */
    public static final TraceContext NONE = new TraceContext(0, 0, 0, 0, false, "");

    /** The number of the span of the first call among those below the exchange's. */
    public static final int FIRST_CALL = 1001;

    private static final HexFormat HEX = HexFormat.of();

    /** True if the exchange belongs to a trace of which spans are kept, or may be at its end. */
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

    /** The id of the span of a call of a worker, by its number in the exchange, from 0 on. */
    public long spanOfCall(int number) {
        return TraceParent.below(span, FIRST_CALL + number);
    }

    /** Returns the span of a call as a parent; null unless the exchange is sampled already. Allocates at each call. */
    public @Nullable TraceParent ofCall(int number) {
        return isSampled ? new TraceParent(traceId(), spanOfCall(number), state) : null;
    }
}
