package io.policyengine.kernel.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.policy.Metadata;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The dynamic metadata sent to Envoy. Each configured namespace, untyped or typed, gets all metadata that policies have
 * set, as one Struct.
 *
 * @param untyped namespaces for {@code ProcessingResponse.dynamic_metadata}
 * @param typed namespaces for {@code ProcessingResponse.typed_dynamic_metadata} (Envoy 1.40 or later; older versions
 *     ignore it)
 */
record DynamicMetadata(List<String> untyped, List<String> typed) {
    /** The field {@code ProcessingResponse.typed_dynamic_metadata}, a map of Any that the published protos lack. */
    static final int TYPED_FIELD = 13;

    /** The {@code type_url} of a Struct in an Any. */
    static final String STRUCT_TYPE = "type.googleapis.com/google.protobuf.Struct";

    private static final int KEY = 1;
    private static final int VALUE = 2;

    DynamicMetadata {
        untyped = List.copyOf(untyped);
        typed = List.copyOf(typed);
    }

    /** Returns the values to send to Envoy, or null if there are no values or no configured namespaces. */
    @Nullable
    Struct valuesOf(Metadata metadata) {
        return (untyped.isEmpty() && typed.isEmpty()) || metadata.values().isEmpty()
                ? null
                : struct(metadata.values().entrySet());
    }

    void add(Struct values, ProcessingResponse.Builder answer) {
        if (!untyped.isEmpty()) {
            Value value = Value.newBuilder().setStructValue(values).build();
            Struct.Builder all = Struct.newBuilder();
            untyped.forEach(namespace -> all.putFields(namespace, value));
            answer.setDynamicMetadata(all);
        }
        if (!typed.isEmpty()) {
            ByteString any = Any.newBuilder()
                    .setTypeUrl(STRUCT_TYPE)
                    .setValue(values.toByteString())
                    .build()
                    .toByteString();
            UnknownFieldSet.Field.Builder entries = UnknownFieldSet.Field.newBuilder();
            typed.forEach(namespace -> entries.addLengthDelimited(entry(namespace, any)));
            answer.setUnknownFields(UnknownFieldSet.newBuilder()
                    .addField(TYPED_FIELD, entries.build())
                    .build());
        }
    }

    private static ByteString entry(String namespace, ByteString any) {
        return UnknownFieldSet.newBuilder()
                .addField(KEY, field(ByteString.copyFromUtf8(namespace)))
                .addField(VALUE, field(any))
                .build()
                .toByteString();
    }

    private static UnknownFieldSet.Field field(ByteString content) {
        return UnknownFieldSet.Field.newBuilder().addLengthDelimited(content).build();
    }

    private static Struct struct(Iterable<Map.Entry<String, JsonNode>> fields) {
        Struct.Builder struct = Struct.newBuilder();
        fields.forEach(field -> struct.putFields(field.getKey(), value(field.getValue())));
        return struct.build();
    }

    private static Value value(JsonNode node) {
        Value.Builder value = Value.newBuilder();
        if (node.isString()) {
            value.setStringValue(node.stringValue());
        } else if (node.isBoolean()) {
            value.setBoolValue(node.booleanValue());
        } else if (node.isNumber()) {
            value.setNumberValue(node.doubleValue());
        } else if (node.isObject()) {
            value.setStructValue(struct(node.properties()));
        } else if (node.isArray()) {
            ListValue.Builder list = ListValue.newBuilder();
            node.forEach(element -> list.addValues(value(element)));
            value.setListValue(list);
        } else {
            value.setNullValue(NullValue.NULL_VALUE);
        }
        return value.build();
    }
}
