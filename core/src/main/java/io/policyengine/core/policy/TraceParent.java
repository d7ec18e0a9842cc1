package io.policyengine.core.policy;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A span of a sampled trace, as the parent of other spans (W3C Trace Context).
 *
 * @param traceId 32 hexadecimal digits in lower case
 * @param span id of the span, never 0
 * @param state the propagated {@code tracestate}; empty if absent
 */
public record TraceParent(String traceId, long span, String state) {
    /** Maximum length of a {@code tracestate} that is propagated, in characters. */
    public static final int MAX_STATE = 512;

    private static final HexFormat HEX = HexFormat.of();
    private static final String BEGIN = "00-";
    private static final String END = "-01";
    private static final int TRACE_END = 35;
    private static final int LENGTH = 55;

    /** An odd constant whose multiples are spread over all longs. */
    private static final long STEP = 0x9e3779b97f4a7c15L;

    /** The number of the child span of a call's first entry. The kernel uses lower numbers for its own spans. */
    private static final int FIRST_ENTRY = 2;

    /** Returns the {@code traceparent} of the span: version 00, sampled. */
    public String traceparent() {
        return BEGIN + traceId + "-" + HEX.toHexDigits(span) + END;
    }

    /**
     * Parses the span in a kernel's message.
     *
     * @param traceparent the text that {@link #traceparent} writes; any other text yields null
     * @param state see {@link #legalState}
     */
    public static @Nullable TraceParent parse(String traceparent, String state) {
        if (traceparent.length() != LENGTH
                || !traceparent.startsWith(BEGIN)
                || traceparent.charAt(TRACE_END) != '-'
                || !traceparent.endsWith(END)) {
            return null;
        }
        String traceId = traceparent.substring(BEGIN.length(), TRACE_END);
        long trace;
        long span;
        try {
            trace = HexFormat.fromHexDigitsToLong(traceId, 0, 16) | HexFormat.fromHexDigitsToLong(traceId, 16, 32);
            span = HexFormat.fromHexDigitsToLong(traceparent, TRACE_END + 1, LENGTH - END.length());
        } catch (NumberFormatException malformed) {
            return null;
        }
        return trace == 0 || span == 0 ? null : new TraceParent(traceId, span, legalState(state));
    }

    /**
     * Returns the state if it may be propagated, else an empty text. It may have at most {@value #MAX_STATE}
     * characters, all of them visible ASCII characters and spaces.
     */
    public static String legalState(String state) {
        if (state.length() > MAX_STATE) {
            return "";
        }
        for (int i = 0; i < state.length(); i++) {
            char c = state.charAt(i);
            if (c < ' ' || c > '~') {
                return "";
            }
        }
        return state;
    }

    /**
     * Returns the span of an entry of a call; this object must be the span of the call.
     *
     * @param place index of the entry in the call, from 0
     */
    public TraceParent ofEntry(int place) {
        return new TraceParent(traceId, ofEntry(span, place), state);
    }

    /**
     * Returns the span id of an entry in a worker call. Kernel and worker compute the same id independently.
     *
     * @param call id of the call's span
     * @param place index of the entry in the call, from 0
     */
    public static long ofEntry(long call, int place) {
        return below(call, FIRST_ENTRY + place);
    }

    /**
     * Returns the id of a child span; never 0.
     *
     * @param parent id of the parent span, or any other id that is not used as a parent elsewhere
     * @param number number of the child span; each child of a parent has a different number
     */
    public static long below(long parent, int number) {
        // The finalizer of MurmurHash3 in Stafford's thirteenth variant: one to one, so that no two numbers collide.
        long id = parent + (number + 1L) * STEP;
        id = (id ^ (id >>> 30)) * 0xbf58476d1ce4e5b9L;
        id = (id ^ (id >>> 27)) * 0x94d049bb133111ebL;
        id ^= id >>> 31;
        return id == 0 ? 1 : id;
    }
}
