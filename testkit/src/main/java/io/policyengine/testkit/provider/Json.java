package io.policyengine.testkit.provider;

import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the provider writes it, and a reader as lenient as any server's. */
final class Json {
    /** A parser that accepts a BOM, UTF-16, comments, duplicate members (the last wins) and content after the value. */
    static final JsonMapper LENIENT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private Json() {}

    /** Encodes a text as a JSON string, with quotes. */
    static String string(String text) {
        return LENIENT.writeValueAsString(text);
    }
}
