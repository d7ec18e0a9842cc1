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
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A span that an {@link OtlpReceiver} received.
 *
 * @param service {@code service.name} of the process that sent the span
 * @param spanId the span's id in hexadecimal digits, like the other ids
 * @param parentId empty for a root span
 * @param traceState the W3C trace state; empty if absent
 * @param attributes values as text, including numbers; list items are joined by commas
 * @param start start time in nanoseconds since the epoch
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
    static final String SERVICE_NAME = "service.name";

    private static final JsonMapper JSON = new JsonMapper();

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

    /** Parses an export in OTLP's JSON encoding. An attribute whose value is not a string gets an empty value. */
    static Stream<ReceivedSpan> ofJson(String export) {
        return elements(JSON.readTree(export).path("resourceSpans")).flatMap(resource -> {
            String service = attributes(resource.at("/resource/attributes")).getOrDefault(SERVICE_NAME, "");
            return elements(resource.path("scopeSpans"))
                    .flatMap(scope -> elements(scope.path("spans")))
                    .map(span -> of(service, span));
        });
    }

    private static ReceivedSpan of(String service, JsonNode span) {
        return new ReceivedSpan(
                service,
                span.path("name").asString(""),
                span.path("traceId").asString(""),
                span.path("spanId").asString(""),
                span.path("parentSpanId").asString(""),
                span.path("traceState").asString(""),
                Long.parseLong(span.path("startTimeUnixNano").asString("0")),
                Long.parseLong(span.path("endTimeUnixNano").asString("0")),
                span.at("/status/code").asInt(0) == Status.StatusCode.STATUS_CODE_ERROR_VALUE,
                span.at("/status/message").asString(""),
                attributes(span.path("attributes")));
    }

    private static Map<String, String> attributes(JsonNode all) {
        return elements(all)
                .collect(Collectors.toMap(
                        one -> one.path("key").asString(""),
                        one -> one.at("/value/stringValue").asString("")));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
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
