package io.policyengine.kernel.trace;

import io.policyengine.core.metrics.TraceIds;
import java.util.HexFormat;

/**
 * The place of an exchange in a trace: immutable, and shared by what wants to name the trace.
 *
 * @param traceHigh the first 8 bytes of the trace id
 * @param traceLow the last 8 bytes of the trace id
 * @param parentSpan id of the span that Envoy, or the client, has opened around the exchange; 0 if the trace begins here
 * @param span id of the span of the exchange itself, from which those below it are derived; never 0 but in {@link #NONE}
 * @param isSampled true if it was decided at the first message that the spans are kept; otherwise the end of the exchange decides
 */
public record TraceContext(long traceHigh, long traceLow, long parentSpan, long span, boolean isSampled)
        implements TraceIds {
    /** The context of an exchange of which no spans are kept, however it ends. */
    public static final TraceContext NONE = new TraceContext(0, 0, 0, 0, false);

    private static final HexFormat HEX = HexFormat.of();

    /** True if the exchange belongs to a trace of which spans are kept, or may be at its end. */
    public boolean exists() {
        return span != 0;
    }

    /** The trace id as 32 hexadecimal digits in lower case; empty for {@link #NONE}. Made anew at each call. */
    public String traceId() {
        return exists() ? HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow) : "";
    }

    /** The id of the exchange's own span as 16 hexadecimal digits in lower case; empty for {@link #NONE}. Made anew at each call. */
    public String spanId() {
        return exists() ? HEX.toHexDigits(span) : "";
    }
}
