package io.policyengine.core.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.StatusData;

/**
 * The content of a span to be exported.
 *
 * @param context the ids of this span
 * @param parent ids of the enclosing span; invalid for a root span
 * @param startEpochNanos start time, in nanoseconds since the epoch
 * @param endEpochNanos end time, in nanoseconds since the epoch
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
