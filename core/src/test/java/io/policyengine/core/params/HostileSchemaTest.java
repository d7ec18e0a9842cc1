package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.JudgedSchema.Unusable;
import io.policyengine.core.params.JudgedSchema.Usable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Schemas that a worker may declare to make the kernel work, wait or end: each is found unusable, before anything is made of it. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileSchemaTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {$ref: '#'}                                                             | its reference '#' leads back to itself
            {$ref: '#/$defs/a', $defs: {a: {$ref: '#/$defs/b'}, b: {$ref: '#/$defs/a'}}} | its reference '#/$defs/a' leads back to itself
            {$ref: '#/$defs/a', $defs: {a: {anyOf: [{type: string}, {not: {$ref: '#/$defs/a'}}]}}} | its reference '#/$defs/a' leads back to itself
            {properties: {a: {$ref: '#/properties/a'}}}                             | its reference '#/properties/a' leads back to itself
            {properties: {a: {$ref: '#/$defs/none'}}}                               | refers to nothing in this schema
            {properties: {a: {$ref: 'other.json'}}}                                 | refers to nothing in this schema
            {$dynamicRef: '#a'}                                                     | it uses $dynamicRef
            {properties: {a: {pattern: '((a{1000}){1000}){1000}'}}}                 | more than 10000 states
            {patternProperties: {'(((x{100}){100}){100})': {}}}                     | more than 10000 states
            {properties: {a: {pattern: '(\\p{L}{50}){50}'}}}                        | more than 10000 states
            """)
    void isUnusable(String schema, String why) {
        assertThat(judged(schema)).contains(why);
    }

    @Test
    void alternativesOfAlternativesAreCountedAsOftenAsTheyAreLookedAt() {
        ObjectNode schema = levels(30);
        schema.put("$ref", "#/$defs/l0");

        assertThat(why(schema)).contains("more than 10000 parts");
    }

    @Test
    void whatIsBehindKeysIsCountedToo() {
        ObjectNode schema = levels(30);
        schema.putObject("additionalProperties").put("$ref", "#/$defs/l0");

        assertThat(why(schema)).contains("more than 10000 parts");
    }

    @Test
    void levelsAreBounded() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ObjectNode inner = schema;
        for (int i = 0; i < 200; i++) {
            inner = inner.putObject("not");
        }

        assertThat(why(schema)).contains("more than 100 levels");
    }

    @Test
    void aTreeIsDescribedByASchemaThatRefersToItself() {
        JudgedSchema judged = JudgedSchema.of(YAML.readTree("""
                {$ref: '#/$defs/rule', $defs: {rule: {type: object, additionalProperties: false, properties: {
                  name: {type: string}, all: {type: array, items: {$ref: '#/$defs/rule'}}, any: {type: array, items: {$ref: '#/$defs/rule'}}}}}}
                """));

        assertThat(judged)
                .isInstanceOfSatisfying(
                        Usable.class,
                        usable -> assertThat(usable.validator()
                                        .validate(YAML.readTree("{all: [{any: [{name: a}, {name: 1}]}]}")))
                                .containsExactly(
                                        new ParamProblem("/all/0/any/1/name", "expected a string, found an integer")));
    }

    @Test
    void aCheckThatTakesTooManyStepsIsGivenUp() {
        JudgedSchema judged = JudgedSchema.of(YAML.readTree("""
                {$ref: '#/$defs/t', $defs: {t: {anyOf: [{properties: {a: {$ref: '#/$defs/t'}}, required: [b]},
                  {properties: {a: {$ref: '#/$defs/t'}}, required: [c]}, {properties: {a: {$ref: '#/$defs/t'}}, required: [d]}]}}}
                """));
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        ObjectNode inner = params;
        for (int i = 0; i < 40; i++) {
            inner = inner.putObject("a");
        }

        assertThat(judged).isInstanceOf(Usable.class);
        assertThat(((Usable) judged).validator().validate(params)).containsExactly(ParamsValidator.GIVEN_UP);
    }

    @Test
    void patternsThatPeopleWriteAreSmallEnough() {
        assertThat(JudgedSchema.of(YAML.readTree(
                        "{properties: {a: {pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z]{2,63}){1,8}$'}}}")))
                .isInstanceOf(Usable.class);
    }

    /** Each level has two alternatives, both of which are the next level: 2^levels parts in a few lines. */
    private static ObjectNode levels(int levels) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ObjectNode definitions = schema.putObject("$defs");
        for (int i = 0; i < levels; i++) {
            ArrayNode alternatives = definitions.putObject("l" + i).putArray("anyOf");
            alternatives.addObject().put("$ref", "#/$defs/l" + (i + 1));
            alternatives.addObject().put("$ref", "#/$defs/l" + (i + 1));
        }
        definitions.putObject("l" + levels).put("type", "string");
        return schema;
    }

    private static String judged(String schema) {
        return why(YAML.readTree(schema));
    }

    private static String why(JsonNode schema) {
        return JudgedSchema.of(schema) instanceof Unusable unusable ? unusable.why() : "";
    }
}
