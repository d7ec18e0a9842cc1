package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.openapi.value.Reading.Malformed;
import io.policyengine.policies.content.shared.openapi.value.Reading.Value;
import io.policyengine.policies.content.shared.openapi.value.SchemaTypes.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses texts as values of the types that a schema permits. Delimiters are recognized before the text between them is
 * decoded.
 */
public final class StyledText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** The reading of text that cannot be decoded. */
    public static final Malformed BAD_ENCODING = new Malformed("is not well-formed percent-encoded UTF-8");
    /** The reading of a value that occurs more than once without being a list. */
    public static final Malformed TWICE = new Malformed("occurs more than once");

    private static final Malformed NO_PAIRS = new Malformed("must have a value for each name");
    private static final Malformed NAME_TWICE = new Malformed("has a member that occurs twice");

    private StyledText() {}

    /** Decodes octets; returns null if they are malformed. */
    public interface Decoder {
        @Nullable
        String decode(String octets);
    }

    /**
     * Parses a text as a list, as pairs or as a single value, depending on the types. If the types permit several of
     * these, prefers a list or pairs.
     */
    static Reading read(String octets, SchemaTypes shape, String delimiter, Decoder decoder) {
        if (shape.isArray()) {
            Reading list = list(split(octets, delimiter), shape, decoder);
            return mayBeSingle(shape) ? either(list, single(octets, shape, decoder)) : list;
        }
        if (shape.isObject()) {
            Reading pairs = pairs(split(octets, delimiter), shape, decoder);
            return mayBeSingle(shape) ? either(pairs, single(octets, shape, decoder)) : pairs;
        }
        return single(octets, shape, decoder);
    }

    private static boolean mayBeSingle(SchemaTypes shape) {
        return shape.mayBe(Kind.STRING) || shape.mayBe(Kind.NUMBER) || shape.mayBe(Kind.BOOLEAN);
    }

    private static Reading either(Reading first, Reading second) {
        if (first instanceof Value(List<JsonNode> firsts) && second instanceof Value(List<JsonNode> seconds)) {
            List<JsonNode> both = new ArrayList<>(firsts);
            both.addAll(seconds);
            return new Value(both);
        }
        return first instanceof Value ? first : second;
    }

    /** Parses a single value. Returns several interpretations if the types permit them. */
    public static Reading single(String octets, SchemaTypes shape, Decoder decoder) {
        String text = decoder.decode(octets);
        if (text == null) {
            return BAD_ENCODING;
        }
        JsonNode value = Scalars.read(text, shape);
        return value.isString() || !shape.mayBe(Kind.STRING)
                ? Value.of(value)
                : new Value(List.of(value, NODES.stringNode(text)));
    }

    static Reading list(List<String> items, SchemaTypes shape, Decoder decoder) {
        ArrayNode list = NODES.arrayNode();
        for (String item : items) {
            String text = decoder.decode(item);
            if (text == null) {
                return BAD_ENCODING;
            }
            list.add(Scalars.read(text, shape.item()));
        }
        return Value.of(list);
    }

    /** Parses the texts of {@code name,value,name,value} as an object. */
    private static Reading pairs(List<String> texts, SchemaTypes shape, Decoder decoder) {
        if (texts.size() % 2 != 0) {
            return NO_PAIRS;
        }
        ObjectNode object = NODES.objectNode();
        Iterator<String> next = texts.iterator();
        while (next.hasNext()) {
            Malformed fault = put(object, next.next(), next.next(), shape, decoder);
            if (fault != null) {
                return fault;
            }
        }
        return Value.of(object);
    }

    /** Parses texts of the form {@code name=value} as an object. */
    static Reading assignments(List<String> texts, SchemaTypes shape, Decoder decoder) {
        ObjectNode object = NODES.objectNode();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                return NO_PAIRS;
            }
            Malformed fault = put(object, text.substring(0, equals), text.substring(equals + 1), shape, decoder);
            if (fault != null) {
                return fault;
            }
        }
        return Value.of(object);
    }

    private static @Nullable Malformed put(
            ObjectNode object, String nameOctets, String octets, SchemaTypes shape, Decoder decoder) {
        String name = decoder.decode(nameOctets);
        String text = decoder.decode(octets);
        if (name == null || text == null) {
            return BAD_ENCODING;
        }
        if (object.has(name)) {
            return NAME_TWICE;
        }
        object.set(name, Scalars.read(text, shape.property(name)));
        return null;
    }

    /** Splits a text at delimiters. An empty text yields an empty list. */
    static List<String> split(String text, String delimiter) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int next = text.indexOf(delimiter); next >= 0; next = text.indexOf(delimiter, from)) {
            parts.add(text.substring(from, next));
            from = next + delimiter.length();
        }
        parts.add(text.substring(from));
        return parts;
    }
}
