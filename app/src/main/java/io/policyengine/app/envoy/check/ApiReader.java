package io.policyengine.app.envoy.check;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import io.policyengine.app.envoy.check.Finding.Doubt;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.params.NearestKey;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a file as a message of Envoy's API in its JSON form, as strictly as Envoy does. Unknown fields, values of
 * another type and unknown names of enumerations are problems. Used for one file.
 */
final class ApiReader {
    private static final String ANY = "google.protobuf.Any";
    private static final String TYPE = "@type";

    private final EnvoyApi api;
    private final Map<String, Remark> remarks = new LinkedHashMap<>();
    private final Map<String, String> written = new HashMap<>();

    private ApiReader(EnvoyApi api) {
        this.api = api;
    }

    /**
     * A problem or a note at a JSON pointer of the file.
     *
     * @param doubt null for a note
     */
    private record Remark(
            String pointer, String message, @Nullable Doubt doubt) {}

    /** Reads a file as the named message, and returns it with the problems found. */
    static EnvoyFile read(EnvoyApi api, String message, LocatedTree tree) {
        ApiReader reader = new ApiReader(api);
        Descriptor root = api.message(message);
        if (root == null) {
            throw new IllegalArgumentException(message);
        }
        EnvoyFile file = new EnvoyFile(tree, reader.message(root, tree.root(), ""), reader.written);
        reader.remarks.values().forEach(remark -> {
            Doubt doubt = remark.doubt();
            if (doubt == null) {
                file.note(remark.pointer(), remark.message());
            } else {
                file.apiError(remark.pointer(), remark.message(), doubt);
            }
        });
        return file;
    }

    private void remark(String at, String message, @Nullable Doubt doubt) {
        remarks.putIfAbsent(at, new Remark(at, message, doubt));
    }

    private JsonNode message(Descriptor message, JsonNode node, String at) {
        JsonNode known = wellKnown(message.getFullName(), node, at);
        if (known != null) {
            return known;
        }
        if (!(node instanceof ObjectNode object)) {
            return wrong(at, node, "a mapping with fields of " + message.getName());
        }
        ObjectNode read = JsonNodeFactory.instance.objectNode();
        Map<OneofDescriptor, String> chosen = new HashMap<>();
        object.forEachEntry((key, value) -> {
            if (key.equals(TYPE)) {
                read.set(key, value);
                return;
            }
            FieldDescriptor field = field(message, key);
            String name = field == null ? key : field.getName();
            String place = EnvoyFile.child(at, name);
            if (!name.equals(key)) {
                written.put(place, key);
            }
            if (field == null) {
                if (!EnvoyApi.isNewer(message, key)) {
                    remark(place, unknown(message, key), Doubt.UNKNOWN_NAME);
                }
                read.set(key, value);
                return;
            }
            OneofDescriptor oneof = field.getRealContainingOneof();
            String other = oneof == null || value.isNull() ? null : chosen.putIfAbsent(oneof, name);
            if (other != null) {
                remark(place, "'" + other + "' and '" + name + "' exclude each other", Doubt.VALUE);
            }
            read.set(name, value.isNull() ? value : field(field, value, place));
        });
        return read;
    }

    private static @Nullable FieldDescriptor field(Descriptor message, String key) {
        FieldDescriptor named = message.findFieldByName(key);
        return named != null
                ? named
                : message.getFields().stream()
                        .filter(field -> field.getJsonName().equals(key))
                        .findFirst()
                        .orElse(null);
    }

    private static String unknown(Descriptor message, String key) {
        List<String> names =
                message.getFields().stream().map(FieldDescriptor::getName).toList();
        return "unknown field '" + key + "' of " + message.getName() + NearestKey.suggestion(key, names);
    }

    private JsonNode field(FieldDescriptor field, JsonNode value, String at) {
        if (field.isMapField()) {
            if (!(value instanceof ObjectNode object)) {
                return wrong(at, value, "a mapping");
            }
            ObjectNode read = JsonNodeFactory.instance.objectNode();
            FieldDescriptor of = field.getMessageType().findFieldByName("value");
            object.forEachEntry((key, item) -> read.set(key, single(of, item, EnvoyFile.child(at, key))));
            return read;
        }
        if (!field.isRepeated()) {
            return single(field, value, at);
        }
        if (!(value instanceof ArrayNode list)) {
            return wrong(at, value, "a list");
        }
        ArrayNode read = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < list.size(); i++) {
            read.add(single(field, list.get(i), at + "/" + i));
        }
        return read;
    }

    private JsonNode single(FieldDescriptor field, JsonNode value, String at) {
        return switch (field.getJavaType()) {
            case MESSAGE -> message(field.getMessageType(), value, at);
            case ENUM -> enumeration(field, value, at);
            case BOOLEAN -> value.isBoolean() ? value : wrong(at, value, "true or false");
            case INT, LONG -> integer(value) ? value : wrong(at, value, "a whole number");
            case FLOAT, DOUBLE -> value.isNumber() || value.isString() ? value : wrong(at, value, "a number");
            case STRING, BYTE_STRING -> value.isString() ? value : wrong(at, value, "a text: put it in quotes");
        };
    }

    private static boolean integer(JsonNode value) {
        BigDecimal amount = Values.seconds(value) == null ? Values.amount(value) : null;
        return amount != null && amount.stripTrailingZeros().scale() <= 0;
    }

    private JsonNode enumeration(FieldDescriptor field, JsonNode value, String at) {
        if (value.isInt()) {
            EnumValueDescriptor numbered = field.getEnumType().findValueByNumber(value.intValue());
            return numbered == null ? value : JsonNodeFactory.instance.stringNode(numbered.getName());
        }
        List<String> names = field.getEnumType().getValues().stream()
                .map(EnumValueDescriptor::getName)
                .toList();
        if (value.isString() && !names.contains(value.stringValue())) {
            remark(
                    at,
                    "unknown value '" + value.stringValue() + "' of '" + field.getName() + "'"
                            + NearestKey.hint(value.stringValue(), names, "values"),
                    Doubt.UNKNOWN_NAME);
            return value;
        }
        return value.isString() ? value : wrong(at, value, "one of " + String.join(", ", names));
    }

    /**
     * Returns the JSON of a message with a special JSON form; null if the form is a mapping of the message's fields.
     */
    private @Nullable JsonNode wellKnown(String name, JsonNode node, String at) {
        return switch (name) {
            case ANY -> any(node, at);
            case "google.protobuf.Duration" ->
                Values.seconds(node) != null ? node : wrong(at, node, "a duration in seconds, such as 0.25s");
            case "google.protobuf.Timestamp", "google.protobuf.FieldMask", "google.protobuf.StringValue" ->
                node.isString() ? node : wrong(at, node, "a text");
            case "google.protobuf.BoolValue" -> node.isBoolean() ? node : wrong(at, node, "true or false");
            case "google.protobuf.UInt32Value",
                    "google.protobuf.UInt64Value",
                    "google.protobuf.Int32Value",
                    "google.protobuf.Int64Value" -> integer(node) ? node : wrong(at, node, "a whole number");
            case "google.protobuf.DoubleValue", "google.protobuf.FloatValue" ->
                node.isNumber() ? node : wrong(at, node, "a number");
            case "google.protobuf.BytesValue" -> node.isString() ? node : wrong(at, node, "a text in base64");
            case "google.protobuf.Struct" -> node.isObject() ? node : wrong(at, node, "a mapping");
            case "google.protobuf.Value", "google.protobuf.ListValue" -> node;
            default -> null;
        };
    }

    private JsonNode any(JsonNode node, String at) {
        JsonNode type = node.path(TYPE);
        if (!type.isString()) {
            remark(at, "'@type' is missing, so Envoy does not know which message this is", Doubt.VALUE);
            return node;
        }
        String url = type.stringValue();
        String name = url.substring(url.lastIndexOf('/') + 1);
        Descriptor message = api.message(name);
        if (message == null) {
            remark(
                    at,
                    "not checked: Envoy " + EnvoyApi.VERSION + "'s API, which this check uses, has no " + name,
                    null);
            return node;
        }
        return name.startsWith("google.protobuf.") || name.endsWith(".TypedStruct") ? node : message(message, node, at);
    }

    private JsonNode wrong(String at, JsonNode node, String expected) {
        remark(at, "expected " + expected + ", not " + kind(node), Doubt.VALUE);
        return node;
    }

    private static String kind(JsonNode node) {
        if (node.isObject()) {
            return "a mapping";
        }
        if (node.isArray()) {
            return "a list";
        }
        return node.isString()
                ? "a text"
                : node.isNumber() ? "a number" : node.isBoolean() ? "true or false" : "nothing";
    }
}
