package io.policyengine.kernel.envoy;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.policyengine.core.policy.Metadata;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Metadata as Envoy takes it: one Struct per namespace. */
final class DynamicMetadata {
    private DynamicMetadata() {}

    static Struct of(Metadata metadata, List<String> namespaces) {
        Value values = Value.newBuilder()
                .setStructValue(struct(metadata.values().entrySet()))
                .build();
        Struct.Builder all = Struct.newBuilder();
        namespaces.forEach(namespace -> all.putFields(namespace, values));
        return all.build();
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
