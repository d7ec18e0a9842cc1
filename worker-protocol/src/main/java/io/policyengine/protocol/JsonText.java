package io.policyengine.protocol;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Decodes JSON in messages from a kernel. */
final class JsonText {
    /** A strict parser that accepts exactly one value without duplicate members. */
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    private JsonText() {}

    /** Decodes a JSON value. Error messages contain its name {@code what}, but never quote the value. */
    static JsonNode decode(String what, String text) throws MalformedCallException {
        try {
            JsonNode value = JSON.readValue(text);
            if (!value.isMissingNode()) {
                return value;
            }
        } catch (JacksonException malformed) {
            throw new MalformedCallException(what + " is not JSON");
        }
        throw new MalformedCallException(what + " is empty, not JSON");
    }
}
