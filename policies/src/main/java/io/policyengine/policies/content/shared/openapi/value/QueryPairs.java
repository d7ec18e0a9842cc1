package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.core.http.PercentCoding;
import io.policyengine.core.http.QueryString;
import io.policyengine.policies.content.shared.openapi.value.Reading.Malformed;
import io.policyengine.policies.content.shared.openapi.value.Reading.Value;
import io.policyengine.policies.format.form.FormCharset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The names and values of a query, a form or a cookie field, in order.
 *
 * @param values undecoded octets, by decoded name
 * @param hasMalformedName true if a name could not be decoded, so that its value is missing
 */
public record QueryPairs(Map<String, List<String>> values, boolean hasMalformedName) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Malformed NESTED = new Malformed("must have one name in brackets for each value");
    private static final Malformed NO_NAME = new Malformed("must be written as NAME[member]=value");

    /** Parses a query (without its question mark) or a form. */
    public static QueryPairs of(String octets) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        boolean hasMalformedName = false;
        for (QueryString.Pair pair : QueryString.pairs(octets)) {
            String name = PercentCoding.decode(pair.name(), true);
            if (name == null) {
                hasMalformedName = true;
            } else {
                values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(pair.value());
            }
        }
        return new QueryPairs(values, hasMalformedName);
    }

    /** Returns whether all pairs are in UTF-8. False if a pair states another charset. */
    public boolean isInUtf8() {
        return values.entrySet().stream()
                .filter(pair -> FormCharset.isField(pair.getKey()))
                .flatMap(pair -> pair.getValue().stream())
                .allMatch(value -> FormCharset.isUtf8(PercentCoding.octets(value, true)));
    }

    private static StyledText.Decoder decoder() {
        return octets -> PercentCoding.decode(octets, true);
    }

    /**
     * Reads the value of a parameter.
     *
     * @param mayBeEmpty true if an empty value is treated as absent
     */
    public Reading read(String name, Style style, boolean explode, boolean mayBeEmpty, SchemaTypes shape) {
        if (style == Style.DEEP_OBJECT) {
            return deepObject(name, shape);
        }
        if (explode && shape.isObject() && !shape.isArray()) {
            return members(shape);
        }
        List<String> there = values.getOrDefault(name, List.of());
        if (there.isEmpty()
                || (mayBeEmpty && there.size() == 1 && there.getFirst().isEmpty())) {
            return Reading.ABSENT;
        }
        if (explode && shape.isArray()) {
            return there.size() == 1
                    ? StyledText.read(there.getFirst(), shape, "&", decoder())
                    : StyledText.list(there, shape, decoder());
        }
        if (there.size() > 1) {
            return StyledText.TWICE;
        }
        return StyledText.read(delimited(there.getFirst(), style), shape, style.delimiter(), decoder());
    }

    /** Normalizes delimiters, since clients write them both encoded and unencoded. */
    private static String delimited(String octets, Style style) {
        return switch (style) {
            case PIPE_DELIMITED -> octets.replace("%7C", "|").replace("%7c", "|");
            case SPACE_DELIMITED -> octets.replace("+", "%20");
            case SIMPLE, LABEL, MATRIX, FORM, DEEP_OBJECT -> octets;
        };
    }

    /** Reads an exploded object, in which each member is a separate pair. */
    private Reading members(SchemaTypes shape) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, SchemaTypes> member : shape.properties().entrySet()) {
            Malformed fault = put(object, member.getKey(), values.getOrDefault(member.getKey(), List.of()), shape);
            if (fault != null) {
                return fault;
            }
        }
        return object.isEmpty() ? Reading.ABSENT : Value.of(object);
    }

    private Reading deepObject(String name, SchemaTypes shape) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, List<String>> pair : values.entrySet()) {
            String key = pair.getKey();
            if (key.equals(name)) {
                return NO_NAME;
            }
            if (!key.startsWith(name + "[")) {
                continue;
            }
            String member = key.substring(name.length() + 1);
            if (member.indexOf(']') != member.length() - 1 || member.indexOf('[') >= 0) {
                return NESTED;
            }
            Malformed fault = put(object, member.substring(0, member.length() - 1), pair.getValue(), shape);
            if (fault != null) {
                return fault;
            }
        }
        return object.isEmpty() ? Reading.ABSENT : Value.of(object);
    }

    private static @org.jspecify.annotations.Nullable Malformed put(
            ObjectNode object, String name, List<String> octets, SchemaTypes shape) {
        SchemaTypes own = shape.property(name);
        if (octets.isEmpty()) {
            return null;
        }
        if (octets.size() > 1 && !own.isArray()) {
            return StyledText.TWICE;
        }
        ArrayNode items = NODES.arrayNode();
        for (String one : octets) {
            String text = PercentCoding.decode(one, true);
            if (text == null) {
                return StyledText.BAD_ENCODING;
            }
            items.add(Scalars.read(text, own.isArray() ? own.item() : own));
        }
        object.set(name, own.isArray() ? items : items.get(0));
        return null;
    }

    /** Returns whether a pair with the given name belongs to the parameter. */
    public static boolean isTaken(String name, Parameter by) {
        if (by.style() == Style.DEEP_OBJECT) {
            return name.startsWith(by.name() + "[");
        }
        return name.equals(by.name())
                || (by.explode()
                        && by.shape().isObject()
                        && by.shape().properties().containsKey(name));
    }

    /** Returns the decoded names of the pairs. */
    public Set<String> names() {
        return values.keySet();
    }
}
