package io.policyengine.testkit.provider;

import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON strings, and parses requests leniently. */
final class Json {
    /**
     * A mapper that accepts a BOM, UTF-16, comments, trailing commas, duplicate members (the last wins), and trailing
     * text.
     */
    static final JsonMapper LENIENT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private Json() {}

    static String string(String text) {
        return LENIENT.writeValueAsString(text);
    }
}
