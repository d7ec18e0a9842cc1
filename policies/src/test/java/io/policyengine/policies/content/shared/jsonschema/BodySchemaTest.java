package io.policyengine.policies.content.shared.jsonschema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.policies.vectors.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Schemas judge as the official test suite says, refer to nothing outside, and take bounded time. */
class BodySchemaTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, String> DRAFTS = Map.of(
            "draft2020-12",
            "https://json-schema.org/draft/2020-12/schema",
            "draft7",
            "http://json-schema.org/draft-07/schema#");

    private static BodySchema schema(String json) {
        return BodySchema.parse(json, false);
    }

    private static List<Violation> violations(String schema, String text) {
        return schema(schema).violations(JSON.readTree(text), 10);
    }

    /** Remote references are off, so groups of tests that need them are left out, and counted. */
    @ParameterizedTest
    @ValueSource(strings = {"draft2020-12", "draft7"})
    void judgesAsTheOfficialSuiteSays(String draft) {
        int judged = 0;
        int remote = 0;
        List<String> otherwise = new ArrayList<>();
        for (Path file : Vectors.files("json-schema-test-suite/tests/" + draft)) {
            for (JsonNode group : JSON.readTree(file.toFile())) {
                String name =
                        file.getFileName() + ": " + group.path("description").asString();
                if (isRemote(group.path("schema").toString())) {
                    remote += group.path("tests").size();
                    continue;
                }
                for (JsonNode test : group.path("tests")) {
                    judged++;
                    if (!isJudgedAsSaid(draft, group.path("schema"), test)) {
                        otherwise.add(name + ": " + test.path("description").asString());
                    }
                }
            }
        }
        System.out.println("JSON Schema suite, " + draft + ": " + judged + " tests judged, " + otherwise.size()
                + " otherwise than it says, " + remote + " left out since they need remote references");
        assertThat(otherwise).isEmpty();
        assertThat(judged).isGreaterThan(800);
    }

    private static boolean isRemote(String schema) {
        return schema.contains("http://localhost:1234");
    }

    private static boolean isJudgedAsSaid(String draft, JsonNode schema, JsonNode test) {
        JsonNode named = schema;
        if (schema instanceof ObjectNode object && !object.has("$schema")) {
            named = object.deepCopy().put("$schema", DRAFTS.get(draft));
        }
        try {
            boolean isValid = BodySchema.of(named, false)
                    .violations(test.path("data"), 10)
                    .isEmpty();
            return isValid == test.path("valid").asBoolean();
        } catch (RuntimeException refused) {
            return false;
        }
    }

    @Test
    void saysWhereAndWhat() {
        assertThat(violations("""
                {"properties": {"a/b": {"type": "array", "items": {"type": "integer"}}}}""", """
                {"a/b": [1, "two"]}""")).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo("/a~1b/1");
            assertThat(violation.message()).contains("integer");
        });
    }

    @Test
    void tellsAsManyAsAreWanted() {
        BodySchema integers = schema("{\"items\": {\"type\": \"integer\"}}");
        assertThat(integers.violations(JSON.readTree("[\"a\",".repeat(1) + "\"b\",\"c\",\"d\"]"), 2))
                .hasSize(2);
    }

    @Test
    void formatIsJudgedByChoiceOnly() {
        JsonNode schema = JSON.readTree("{\"format\": \"date\"}");
        JsonNode text = JSON.readTree("\"yesterday\"");
        assertThat(BodySchema.of(schema, false).violations(text, 1)).isEmpty();
        assertThat(BodySchema.of(schema, true).violations(text, 1)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[1]|object or a boolean",
                "{\"type\": \"text\"}|usable",
                "{\"pattern\": \"(?=a)\"}|usable",
                "{\"$schema\": \"http://json-schema.org/draft-04/schema#\"}|drafts",
                "{\"$ref\": \"https://example.com/schema\"}|usable",
                "{\"$ref\": \"file:///etc/passwd\"}|usable",
                "{\"a\": 1, \"a\": 2}|not JSON",
                "{|not JSON"
            })
    void whatIsNotUsableIsRefusedWhenItIsRead(String schema, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> schema(schema)).withMessageContaining(why);
    }

    @Test
    void aJudgementTakesBoundedSteps() {
        StringBuilder wide = new StringBuilder("{\"$defs\": {\"d0\": {\"const\": 0}");
        for (int i = 1; i <= 24; i++) {
            wide.append(",\"d")
                    .append(i)
                    .append("\": {\"anyOf\": [{\"$ref\": \"#/$defs/d")
                    .append(i - 1)
                    .append("\"}, {\"$ref\": \"#/$defs/d")
                    .append(i - 1)
                    .append("\"}]}");
        }
        wide.append("}, \"$ref\": \"#/$defs/d24\"}");
        assertThat(schema(wide.toString()).violations(JSON.readTree("1"), 10))
                .extracting(Violation::message)
                .containsExactly("it takes too many steps to compare with the schema");
    }

    @Test
    void aSchemaThatRefersToItselfForEverEnds() {
        assertThat(violations("{\"$ref\": \"#\"}", "1")).hasSize(1);
    }

    /** With hashes, 32,000 texts took 25 s, and these would take a quarter of an hour. */
    @Test
    void itemsAreToldApartWithoutHashesThatAClientChooses() {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 1 << 18; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 18; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            items.add(text.toString());
        }
        BodySchema schema = schema("{\"uniqueItems\": true}");

        List<Violation> none = schema.violations(items, 10);
        List<Violation> one = schema.violations(items.add(items.get(7)), 10);

        assertThat(none).isEmpty();
        assertThat(one).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"integer\", \"minimum\": 1}",
                "{\"type\": \"integer\", \"maximum\": 1}",
                "{\"type\": \"integer\", \"exclusiveMinimum\": 1, \"maximum\": 2}",
                "{\"multipleOf\": 0.3}",
            })
    void aNumberThatIsTooLargeIsAViolationAndNoFailure(String schema) {
        JsonNode number = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build()
                .readTree("1e2000000000");

        assertThat(schema(schema).violations(number, 10)).hasSize(1);
    }

    @Test
    void theFormatOfPatternsOnlyTellsSinceToCompileOneTakesLong() {
        BodySchema schema = BodySchema.parse("{\"format\": \"regex\"}", true);

        List<Violation> violations = schema.violations(JsonNodeFactory.instance.stringNode("(a".repeat(500_000)), 10);

        assertThat(violations).isEmpty();
    }
}
