package io.policyengine.policies.format.json;

import io.policyengine.core.work.Stop;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bodies as trees, after a {@link JsonScanner} has found them to be JSON within bounds: whoever reads them next sees the same. */
public final class JsonTexts {
    /** RFC 8259 §9 lets a reader bound the depth. */
    static final int MAX_DEPTH = 500;

    private static final int MAX_DIGITS = 1_000;
    private static final JsonLimits LIMITS = new JsonLimits(
            MAX_DEPTH, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 50_000, MAX_DIGITS, false);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonTexts() {}

    /**
     * The tree of a text. It may take a hundred times the bytes of the text: {@link JsonSize} says how many at most.
     *
     * @throws JsonFault if the text is no JSON, nests deeper than 500 levels, has names that stand twice in an object, or numbers of more than
     *     1,000 digits
     */
    public static JsonNode read(byte[] text, Stop stop) throws JsonFault {
        check(text, stop);
        try {
            return JSON.readTree(text);
        } catch (JacksonException | NumberFormatException beyond) {
            throw new JsonFault(JsonFault.Kind.NUMBER);
        }
    }

    /**
     * The value that a text is, with the places of all that is in it. It takes as much memory as a tree.
     *
     * @throws JsonFault as {@link #read}
     */
    public static JsonPart parts(byte[] text, Stop stop) throws JsonFault {
        check(text, stop);
        try (JsonParser parser = JSON.createParser(text)) {
            return new JsonPartReader(parser, stop).next();
        } catch (JacksonException beyond) {
            throw new JsonFault(JsonFault.Kind.STRING);
        }
    }

    /**
     * Finds a text to be JSON within the bounds of {@link #read}, for those who read it without a tree.
     *
     * @throws JsonFault if it is not
     */
    public static void check(byte[] text, Stop stop) throws JsonFault {
        JsonScanner scanner = new JsonScanner(LIMITS);
        scanner.take(text, 0, text.length);
        scanner.end();
        stop.check();
    }
}
