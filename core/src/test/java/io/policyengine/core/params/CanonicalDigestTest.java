package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

final class CanonicalDigestTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static String digest(String json) {
        return CanonicalDigest.of(JSON.readTree(json));
    }

    @Test
    void spacesOrderAndEscapesDoNotCount() {
        assertThat(digest("{\"a\": 1, \"b\": [\"\\u00e9\", null]}")).isEqualTo(digest("{\"b\":[\"é\",null],\"a\":1}"));
    }

    @Test
    void whatIsNotTheSameHasAnotherDigest() {
        List<String> values = List.of(
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "\"0\"",
                "\"\"",
                "\"null\"",
                "[null]",
                "[[]]",
                "[[],[]]",
                "{\"a\":null}",
                "{\"a\":{}}",
                "{\"a\":[]}",
                "{\"a\":\"\"}",
                "[\"a\"]",
                "[\"a\",\"b\"]",
                "[\"ab\"]",
                "[\"b\",\"a\"]",
                "{\"a\":\"b\"}",
                "{\"ab\":\"\"}",
                "1",
                "1.0",
                "-1",
                "1e400",
                "1e-400",
                "0.1",
                "0.10000000000000000001",
                "9007199254740992",
                "9007199254740993",
                "123456789012345678901234567890",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ufffd\"",
                "\"?\"",
                "\"\\u0000\"",
                "\"\\u0001\"",
                "\"é\"",
                "\"e\\u0301\"");
        Set<String> digests = new HashSet<>();

        for (String value : values) {
            assertThat(digests.add(digest(value))).as(value).isTrue();
        }
    }

    @Test
    void aNumberWithAHugeExponentCostsNothing() {
        assertThat(digest("1e999999999")).isNotEqualTo(digest("1e999999998"));
    }

    @Test
    void textsAreToldApartByWhereTheyEnd() {
        assertThat(CanonicalDigest.of(List.of("ab", "c"))).isNotEqualTo(CanonicalDigest.of(List.of("a", "bc")));
    }
}
