package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static String canonical(String text) throws JsonFault {
        return CanonicalJson.of(JsonTexts.read(text.getBytes(StandardCharsets.UTF_8), () -> false))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("none");
    }

    /** The example of RFC 8785 §3.2.2 and §3.2.3. */
    @Test
    void writesAsTheRfcDoes() throws JsonFault {
        assertThat(canonical("""
                {
                  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }""")).isEqualTo("""
                {"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                "string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}""");
        assertThat(canonical("""
                {"\\u20ac": 1, "\\r": 2, "\\ufb33": 3, "1": 4, "\\ud83d\\ude00": 5, "\\u0080": 6, "\\u00f6": 7}""")).isEqualTo("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}");
    }

    /** Some of the numbers of RFC 8785, appendix B. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "5e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "9007199254740993, 9007199254740992",
        "295147905179352830000, 295147905179352830000",
        "9.999999999999997e22, 9.999999999999997e+22",
        "1e21, 1e+21",
        "999999999999999900000, 999999999999999900000",
        "0.000001, 0.000001",
        "1e-7, 1e-7",
        "333333333.33333325, 333333333.33333325",
        "-1.50, -1.5",
        "100, 100"
    })
    void writesNumbersAsEcmaScript(String text, String expected) throws JsonFault {
        assertThat(canonical(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "[\"\\ud800\"]", "[\"\\udc00a\"]"})
    void hasNoFormForWhatNoDoubleAndNoTextIs(String text) throws JsonFault {
        assertThat(canonical(text)).isEqualTo("none");
    }
}
