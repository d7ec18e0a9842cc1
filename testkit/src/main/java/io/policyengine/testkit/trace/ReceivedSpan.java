package io.policyengine.testkit.trace;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A span as a receiver has taken it.
 *
 * @param service of the process that has sent it
 * @param spanId in hexadecimal, like the other ids
 * @param parentId empty if it has none
 * @param traceState what tracers have left for each other; empty for nothing
 * @param attributes as text, numbers too; of a list, its items joined by commas
 * @param start in nanoseconds since the epoch
 */
public record ReceivedSpan(
        String service,
        String name,
        String traceId,
        String spanId,
        String parentId,
        String traceState,
        long start,
        long end,
        boolean isError,
        String statusMessage,
        Map<String, String> attributes) {
    /** Copies. */
    public ReceivedSpan {
        attributes = Map.copyOf(attributes);
    }

    static ReceivedSpan of(String service, Span span) {
        return new ReceivedSpan(
                service,
                span.getName(),
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getTraceState(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
                span.getStatus().getMessage(),
                attributes(span.getAttributesList()));
    }

    static Map<String, String> attributes(List<KeyValue> all) {
        Map<String, String> texts = new TreeMap<>();
        all.forEach(one -> texts.put(one.getKey(), text(one.getValue())));
        return texts;
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(ReceivedSpan::text)
                        .collect(Collectors.joining(","));
            default -> "";
        };
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
