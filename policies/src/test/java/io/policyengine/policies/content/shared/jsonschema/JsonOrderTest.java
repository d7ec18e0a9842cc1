package io.policyengine.policies.content.shared.jsonschema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonOrderTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | null | 0",
                "null | false | -1",
                "false | true | -1",
                "1 | 1.0 | 0",
                "10e1999999999 | 1e2000000000 | 0",
                "-1 | 1e-2000000000 | -1",
                "true | 1 | -1",
                "\"a\" | \"b\" | -1",
                "1 | \"1\" | -1",
                "[1, 2] | [1, 2] | 0",
                "[1] | [1, 2] | -1",
                "[2] | [1, 2] | 1",
                "{\"a\": 1, \"b\": [2]} | {\"b\": [2.0], \"a\": 1} | 0",
                "{\"a\": 1} | {\"b\": 1} | -1",
                "{\"a\": 1} | {\"a\": 2} | -1",
                "{\"z\": 1} | {\"a\": 1, \"b\": 2} | -1",
            })
    void valuesAreEqualWhereJsonSchemaSaysSoAndOrderedElsewhere(String left, String right, int order) {
        JsonNode one = JSON.readTree(left);
        JsonNode other = JSON.readTree(right);

        assertThat(Integer.signum(JsonOrder.INSTANCE.compare(one, other))).isEqualTo(order);
        assertThat(Integer.signum(JsonOrder.INSTANCE.compare(other, one))).isEqualTo(-order);
    }
}
