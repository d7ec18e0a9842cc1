package io.policyengine.testkit.provider;

import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the provider writes it, and as leniently as any server might read it. */
final class Json {
    /** A parser that accepts a BOM, UTF-16, comments, duplicate members (the last wins) and content after the value. */
    static final JsonMapper LENIENT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private Json() {}

    /** A text as a string with its quotes. */
    static String string(String text) {
        return LENIENT.writeValueAsString(text);
    }
}
