package io.policyengine.policies.access.extauthz.protocol;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Converts Protobuf's {@code Struct} to JSON. The Protobuf parser limits its depth. */
final class StructJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private StructJson() {}

    static ObjectNode of(Struct struct) {
        ObjectNode object = JSON.objectNode();
        struct.getFieldsMap().forEach((name, value) -> object.set(name, of(value)));
        return object;
    }

    private static JsonNode of(Value value) {
        return switch (value.getKindCase()) {
            case NUMBER_VALUE -> JSON.numberNode(value.getNumberValue());
            case STRING_VALUE -> JSON.stringNode(value.getStringValue());
            case BOOL_VALUE -> JSON.booleanNode(value.getBoolValue());
            case STRUCT_VALUE -> of(value.getStructValue());
            case LIST_VALUE -> of(value.getListValue());
            case NULL_VALUE, KIND_NOT_SET -> JSON.nullNode();
        };
    }

    private static ArrayNode of(ListValue list) {
        ArrayNode array = JSON.arrayNode();
        list.getValuesList().forEach(value -> array.add(of(value)));
        return array;
    }
}
