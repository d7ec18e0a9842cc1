package io.policyengine.core.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.StatusData;

/**
 * A span to be sent.
 *
 * @param context its own ids
 * @param parent ids of the span around it; invalid if there is none
 * @param startEpochNanos when it began, in nanoseconds since the epoch
 * @param endEpochNanos when it was over
 */
public record SpanSpec(
        String name,
        SpanKind kind,
        SpanContext context,
        SpanContext parent,
        long startEpochNanos,
        long endEpochNanos,
        Attributes attributes,
        StatusData status) {}
