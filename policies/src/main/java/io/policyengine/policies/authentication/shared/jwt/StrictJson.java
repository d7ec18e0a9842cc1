package io.policyengine.policies.authentication.shared.jwt;

import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonReader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A strict parser of untrusted JSON objects. It requires valid UTF-8, unique members at every level, at most {@value
 * #MAX_DEPTH} levels, numbers of at most {@value #MAX_DIGITS} characters, and nothing after the object. The caller must
 * bound the length.
 */
public final class StrictJson {
    /** Maximum number of levels of objects and arrays in untrusted JSON. */
    static final int MAX_DEPTH = 16;

    /** Maximum number of characters of a number in untrusted JSON. */
    static final int MAX_DIGITS = 64;

    private static final int MAX = Integer.MAX_VALUE;
    private static final JsonLimits LIMITS = new JsonLimits(MAX_DEPTH, MAX, MAX, MAX, MAX, MAX_DIGITS, false);

    /** A JSON mapper without a symbol table, since clients choose the member names and could fill the table. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .build();

    private StrictJson() {}

    /** Returns the object, or null if the octets are invalid. */
    public static @Nullable ObjectNode read(byte[] utf8) {
        try {
            JsonReader<RuntimeException> reader = JsonReader.judging(LIMITS);
            reader.take(utf8, 0, utf8.length);
            reader.end();
            return MAPPER.readTree(utf8) instanceof ObjectNode object ? object : null;
        } catch (JsonFault | JacksonException malformed) {
            return null;
        }
    }
}
