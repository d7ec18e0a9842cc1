package io.policyengine.core.envoy;

import io.policyengine.core.envoy.KnownField.Kind;
import io.vertx.core.buffer.Buffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message type of Envoy's typed metadata that the engine can decode: {@code envoy.data.ai.v3.RequestInfo} or
 * {@code envoy.data.ai.v3.TokenUsage}, both available since Envoy 1.40. Immutable.
 */
public final class KnownMessage {
    private static final List<KnownMessage> ALL = List.of(
            new KnownMessage(
                    "envoy.data.ai.v3.RequestInfo",
                    List.of(
                            new KnownField(1, "input_llm_protocol", Kind.NUMBER),
                            new KnownField(2, "model", Kind.TEXT),
                            new KnownField(3, "stream", Kind.WRAPPED_BOOL),
                            new KnownField(4, "max_output_tokens", Kind.WRAPPED_NUMBER),
                            new KnownField(5, "message_count", Kind.WRAPPED_NUMBER),
                            new KnownField(6, "tool_count", Kind.WRAPPED_NUMBER),
                            new KnownField(7, "estimated_input_tokens", Kind.WRAPPED_NUMBER))),
            new KnownMessage(
                    "envoy.data.ai.v3.TokenUsage",
                    List.of(
                            new KnownField(1, "llm_protocol", Kind.NUMBER),
                            new KnownField(2, "model", Kind.TEXT),
                            new KnownField(3, "input_tokens", Kind.WRAPPED_NUMBER),
                            new KnownField(4, "output_tokens", Kind.WRAPPED_NUMBER),
                            new KnownField(5, "total_tokens", Kind.WRAPPED_NUMBER),
                            new KnownField(
                                    6,
                                    "input_token_details",
                                    List.of(
                                            new KnownField(1, "cached_tokens", Kind.WRAPPED_NUMBER),
                                            new KnownField(2, "cache_creation_tokens", Kind.WRAPPED_NUMBER),
                                            new KnownField(3, "tool_use_tokens", Kind.WRAPPED_NUMBER))),
                            new KnownField(
                                    7,
                                    "output_token_details",
                                    List.of(new KnownField(1, "reasoning_tokens", Kind.WRAPPED_NUMBER))),
                            new KnownField(8, "provider_total_tokens", Kind.WRAPPED_NUMBER),
                            new KnownField(9, "extraction_status", Kind.NUMBER))));

    private final String name;
    private final List<KnownField> fields;

    private KnownMessage(String name, List<KnownField> fields) {
        this.name = name;
        this.fields = fields;
    }

    /** Returns the message type of a type URL, by the URL's last part; empty if unknown. */
    public static Optional<KnownMessage> of(String typeUrl) {
        String name = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
        return ALL.stream().filter(message -> message.name.equals(name)).findFirst();
    }

    /** The type's full name, such as {@code envoy.data.ai.v3.RequestInfo}. */
    public String name() {
        return name;
    }

    List<KnownField> fields() {
        return fields;
    }

    /**
     * Returns the values of an encoded message by field name: strings, longs (also for enums, by number), booleans, and
     * maps of these. Unset strings and enums have their default; other unset fields are absent. Unknown fields are
     * omitted.
     *
     * @return empty if the encoding is invalid
     */
    public Optional<Map<String, Object>> read(Buffer encoded) {
        return Optional.ofNullable(read(new WireReader(encoded), fields));
    }

    private static @Nullable Map<String, Object> read(WireReader message, List<KnownField> fields) {
        Map<String, Object> values = new HashMap<>();
        for (KnownField field : fields) {
            switch (field.kind()) {
                case NUMBER -> values.put(field.name(), 0L);
                case TEXT -> values.put(field.name(), "");
                case WRAPPED_NUMBER, WRAPPED_BOOL, MESSAGE -> {}
            }
        }
        while (message.next()) {
            KnownField field = named(message.number(), fields);
            if (field == null) {
                continue;
            }
            Object value = valueOf(field, message);
            if (value == null) {
                return null;
            }
            values.put(field.name(), value);
        }
        return message.isMalformed() ? null : Collections.unmodifiableMap(values);
    }

    private static @Nullable KnownField named(int number, List<KnownField> fields) {
        for (KnownField field : fields) {
            if (field.number() == number) {
                return field;
            }
        }
        return null;
    }

    /** Returns the value of the current field, or null if its wire type does not match the known field. */
    private static @Nullable Object valueOf(KnownField field, WireReader message) {
        if (field.kind() == Kind.NUMBER) {
            return message.isNumber() ? (Object) message.value() : null;
        }
        WireReader content = message.content();
        if (content == null) {
            return null;
        }
        return switch (field.kind()) {
            case TEXT -> content.text();
            case WRAPPED_NUMBER -> wrapped(content);
            case WRAPPED_BOOL -> {
                Long value = wrapped(content);
                yield value == null ? null : (Object) (value != 0);
            }
            case MESSAGE -> read(content, field.fields());
            case NUMBER -> null;
        };
    }

    /**
     * Returns the value in a {@code google.protobuf} wrapper, which is field 1. Returns 0 if it is absent, null if it
     * is malformed.
     */
    private static @Nullable Long wrapped(WireReader wrapper) {
        long value = 0;
        while (wrapper.next()) {
            if (wrapper.number() == 1) {
                if (!wrapper.isNumber()) {
                    return null;
                }
                value = wrapper.value();
            }
        }
        return wrapper.isMalformed() ? null : (Long) value;
    }
}
