package io.policyengine.policies.transformbody;

import io.policyengine.policies.template.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Changes of a JSON text, in this order.
 *
 * @param removals places that are removed, one after the other
 * @param settings values that are set, one after the other
 */
record JsonEdits(List<JsonPath> removals, List<Setting> settings) {
    /** RFC 8259 §9 lets a parser bound the depth. */
    static final int MAX_DEPTH = 500;

    private static final JsonMapper JSON = mapper();

    /** A value for a place. */
    record Setting(JsonPath path, JsonValue value) {}

    /**
     * The text after the changes; the same array if they change nothing.
     *
     * @throws UnfitBodyException if it is no JSON, or has no such places
     */
    byte[] apply(byte[] body, Template.Fill fill) throws UnfitBodyException {
        try {
            JsonNode before = JSON.readTree(body);
            if (before.isMissingNode()) {
                throw new UnfitBodyException("it is blank, and no JSON");
            }
            JsonNode after = edited(before.deepCopy(), fill);
            return after.equals(before) ? body : JSON.writeValueAsBytes(after);
        } catch (JacksonException wrong) {
            throw new UnfitBodyException("it is no JSON that can be read" + place(wrong.getLocation()));
        } catch (NumberFormatException tooLarge) {
            throw new UnfitBodyException("it is no JSON that can be read: a number is too large");
        }
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null ? "" : ": line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private JsonNode edited(JsonNode root, Template.Fill fill) throws UnfitBodyException {
        JsonNode text = root;
        for (JsonPath removal : removals) {
            removal.remove(text);
        }
        for (Setting setting : settings) {
            text = setting.path().set(text, setting.value().fill(fill));
        }
        return text;
    }

    /** A value of the parameters, with numbers as they are read from bodies. */
    static JsonNode asInBodies(JsonNode value) {
        return JSON.readTree(value.toString());
    }

    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(2 * MAX_DEPTH)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }
}
