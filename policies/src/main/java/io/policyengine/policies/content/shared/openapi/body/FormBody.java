package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PercentCoding;
import io.policyengine.policies.content.shared.openapi.value.QueryPairs;
import io.policyengine.policies.content.shared.openapi.value.Reading;
import io.policyengine.policies.content.shared.openapi.value.Scalars;
import io.policyengine.policies.content.shared.openapi.value.SchemaTypes;
import io.policyengine.policies.content.shared.openapi.value.Style;
import io.policyengine.policies.content.shared.openapi.value.StyledText;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads forms and plain text as values. */
final class FormBody {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private FormBody() {}

    /** Returns the values that a plain-text body may represent. */
    static List<JsonNode> text(byte[] body, SchemaTypes shape) throws MalformedBodyException {
        return valuesOf(StyledText.single(Octets.fromBytes(body), shape, PercentCoding::utf8));
    }

    private static List<JsonNode> valuesOf(Reading reading) throws MalformedBodyException {
        return switch (reading) {
            case Reading.Value(List<JsonNode> values) -> values;
            case Reading.Malformed(String reason) -> throw new MalformedBodyException("it " + reason);
            case Reading.Absent() -> List.of();
        };
    }

    /** Reads an {@code application/x-www-form-urlencoded} body as an object. */
    static JsonNode read(byte[] body, Content content) throws MalformedBodyException {
        QueryPairs pairs = QueryPairs.of(Octets.fromBytes(body));
        if (pairs.hasMalformedName()) {
            throw new MalformedBodyException("a name is not well-formed percent-encoded UTF-8");
        }
        if (!pairs.isInUtf8()) {
            throw new MalformedBodyException("it states a charset other than UTF-8 for its fields");
        }
        ObjectNode form = NODES.objectNode();
        Set<String> taken = new HashSet<>();
        for (String name : content.shape().properties().keySet()) {
            SchemaTypes shape = content.shape().property(name);
            Content.Encoding encoding = content.encoding(name);
            Reading reading = encoding.isStyled() || !shape.isObject()
                    ? pairs.read(name, encoding.style(), encoding.explode(), false, shape)
                    : json(pairs.values().getOrDefault(name, List.of()));
            switch (reading) {
                case Reading.Value(List<JsonNode> values) -> form.set(name, values.getFirst());
                case Reading.Malformed(String reason) -> throw new MalformedBodyException("'" + name + "' " + reason);
                case Reading.Absent() -> {}
            }
            take(name, encoding, shape, pairs, taken);
        }
        for (Map.Entry<String, List<String>> pair : pairs.values().entrySet()) {
            if (!taken.contains(pair.getKey())) {
                if (content.isReadAsMember(pair.getKey())) {
                    throw new MalformedBodyException("a field has a name that servers may read as another field's");
                }
                form.set(pair.getKey(), other(pair.getValue(), content.shape().property(pair.getKey())));
            }
        }
        return form;
    }

    /** Adds to {@code taken} the names of the name-value pairs that form one member. */
    private static void take(
            String name, Content.Encoding encoding, SchemaTypes shape, QueryPairs pairs, Set<String> taken) {
        taken.add(name);
        if (encoding.style() == Style.DEEP_OBJECT) {
            pairs.names().stream().filter(one -> one.startsWith(name + "[")).forEach(taken::add);
        } else if (encoding.isStyled() && encoding.explode() && shape.isObject()) {
            taken.addAll(shape.properties().keySet());
        }
    }

    private static Reading json(List<String> octets) throws MalformedBodyException {
        if (octets.isEmpty()) {
            return Reading.ABSENT;
        }
        if (octets.size() > 1) {
            return StyledText.TWICE;
        }
        String text = PercentCoding.decode(octets.getFirst(), true);
        return text == null
                ? StyledText.BAD_ENCODING
                : Reading.Value.of(JudgedBody.json(text.getBytes(StandardCharsets.UTF_8), () -> false));
    }

    private static JsonNode other(List<String> octets, SchemaTypes shape) throws MalformedBodyException {
        ArrayNode items = NODES.arrayNode();
        for (String one : octets) {
            String text = PercentCoding.decode(one, true);
            if (text == null) {
                throw new MalformedBodyException("a value is not well-formed percent-encoded UTF-8");
            }
            items.add(Scalars.read(text, shape));
        }
        return items.size() == 1 ? items.get(0) : items;
    }
}
