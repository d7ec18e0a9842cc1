package io.policyengine.policies.authentication.shared.jwt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON objects that strangers wrote: UTF-8 to the octet, each member once at every level, nested {@value #MAX_DEPTH} deep at most, numbers of
 * {@value #MAX_DIGITS} characters at most, nothing behind the object. Its length is bounded by whoever has it read.
 */
public final class StrictJson {
    static final int MAX_DEPTH = 16;
    static final int MAX_DIGITS = 64;

    /** Names are not kept in the parser's table of symbols: strangers choose them. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** The object, or null if these octets are none. */
    public static @Nullable ObjectNode read(byte[] utf8) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return read(text);
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    /** The object, or null if this text is none. */
    static @Nullable ObjectNode read(String text) {
        try {
            return MAPPER.readTree(text) instanceof ObjectNode object ? object : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }
}
