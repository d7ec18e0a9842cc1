package io.policyengine.kernel.spans;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.policyengine.core.trace.SpanSpec;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.trace.TraceContext;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Adds spans to one trace. Times are nanoseconds after the arrival of the exchange. */
final class SpanLine {
    private static final HexFormat HEX = HexFormat.of();

    /** Maximum characters of an error's reason in a span. */
    private static final int MAX_REASON = 256;

    private final TraceContext trace;
    private final String traceId;
    private final TraceState state;
    private final long zero;
    private final Consumer<SpanSpec> sink;

    SpanLine(ExchangeRecord record, Consumer<SpanSpec> sink) {
        this.trace = record.trace();
        this.traceId = trace.traceId();
        this.state = stateOf(trace.state());
        this.zero = record.spanTimes().arrivedEpochNanos();
        this.sink = sink;
    }

    /** Parses a {@code tracestate} (Trace Context §3.3), skipping invalid members. */
    private static TraceState stateOf(String field) {
        TraceStateBuilder members = TraceState.builder();
        // The builder prepends each member, so they are added from the last to the first.
        for (int end = field.length(); end > 0; ) {
            int before = field.lastIndexOf(',', end - 1);
            String member = field.substring(before + 1, end).strip();
            int equals = member.indexOf('=');
            if (equals > 0) {
                members.put(member.substring(0, equals), member.substring(equals + 1));
            }
            end = before;
        }
        return members.build();
    }

    /** Returns an error status with a truncated reason, which may be empty. */
    static StatusData error(String reason) {
        return reason.isEmpty()
                ? StatusData.error()
                : StatusData.create(
                        StatusCode.ERROR, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    }

    /** Adds the span of the exchange itself, a child of the remote parent. */
    void root(String name, long took, Attributes attributes, StatusData status) {
        SpanContext parent = trace.parentSpan() == 0
                ? SpanContext.getInvalid()
                : SpanContext.createFromRemoteParent(
                        traceId, HEX.toHexDigits(trace.parentSpan()), TraceFlags.getSampled(), state);
        add(name, SpanKind.SERVER, trace.span(), parent, 0, took, attributes, status);
    }

    void span(String name, long id, long parent, long from, long took, Attributes attributes, StatusData status) {
        span(name, SpanKind.INTERNAL, id, parent, from, took, attributes, status);
    }

    void span(
            String name,
            SpanKind kind,
            long id,
            long parent,
            long from,
            long took,
            Attributes attributes,
            StatusData status) {
        add(name, kind, id, context(parent), from, took, attributes, status);
    }

    private void add(
            String name,
            SpanKind kind,
            long id,
            SpanContext parent,
            long from,
            long took,
            Attributes attributes,
            StatusData status) {
        long start = zero + from;
        sink.accept(
                new SpanSpec(name, kind, context(id), parent, start, start + Math.max(0, took), attributes, status));
    }

    private SpanContext context(long span) {
        return SpanContext.create(traceId, HEX.toHexDigits(span), TraceFlags.getSampled(), state);
    }
}
