package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ParamsValidatorTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: object, minProperties: 2}                       | {a: 1} | ''   | expected at least 2 keys, found fewer
            {properties: {a: {exclusiveMinimum: 3}}}               | {a: 3} | /a   | expected more than 3, found less
            {properties: {a: {exclusiveMaximum: 3}}}               | {a: 3} | /a   | expected less than 3, found more
            {properties: {a: {multipleOf: 2}}}                     | {a: 3} | /a   | expected a multiple of 2
            {properties: {a: {const: 2}}}                          | {a: 3} | /a   | expected 2; found another number
            {properties: {a: {enum: [1, x]}}}                      | {a: z} | /a   | expected one of 1, 'x'; found another string
            {properties: {a: {maxLength: 2}}}                      | {a: xyz} | /a | expected at most 2 characters, found more
            {properties: {a: {maxItems: 1}}}                       | {a: [1, 2]} | /a | expected at most 1 items, found more
            {properties: {a: {uniqueItems: true}}}                 | {a: [1, 1]} | /a | expected different items, found an item twice
            {properties: {a: {not: {type: string}}}}               | {a: x} | /a   | not allowed here
            {properties: {a: false}}                               | {a: x} | /a   | not allowed here
            {dependentRequired: {a: [b]}}                          | {a: x} | ''   | missing key 'b', which another key here requires
            {properties: {a: {oneOf: [{type: number}, {type: integer}]}}} | {a: 1} | /a | matches more than one of the alternatives
            {properties: {a: {$ref: '#/$defs/t'}}, $defs: {t: {type: object, properties: {key: {}}, additionalProperties: false}}} | {a: {kex: 1}} | /a/kex | unknown key 'kex', did you mean 'key'?
            {properties: {oneOf: {type: string}}}                  | {oneOf: 1} | /oneOf | expected a string, found an integer
            {$schema: 'http://json-schema.org/draft-07/schema#', properties: {a: {type: string}}} | {a: 1} | /a | expected a string, found an integer
            """)
    void explainsForeignSchemas(String schema, String params, String pointer, String message) {
        assertThat(ParamsValidator.of(YAML.readTree(schema)).validate(YAML.readTree(params)))
                .containsExactly(new ParamProblem(pointer, message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{type: strng}",
                "{pattern: '(?=a)b'}",
                "{properties: {a: {$ref: 'http://127.0.0.1:1/schema.json'}}}",
                "{properties: {a: {$ref: 'file:///etc/passwd'}}}",
                "{properties: {a: {$ref: 'classpath:draft-07/schema'}}}",
                "{$schema: 'http://example.com/own'}"
            })
    void refusesUnusableSchemas(String schema) {
        assertThatThrownBy(() -> ParamsValidator.of(YAML.readTree(schema)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void patternsRunInLinearTime() {
        var validator = ParamsValidator.of(YAML.readTree("{properties: {a: {pattern: '^(a+)+$'}}}"));
        var params = YAML.createObjectNode().put("a", "a".repeat(20_000) + "!");

        assertThat(validator.validate(params)).hasSize(1);
    }

    @Test
    void neverShowsValues() {
        var validator = ParamsValidator.of(
                YAML.readTree(
                        "{properties: {a: {type: integer}, b: {enum: [x]}, c: {pattern: ^x$}, d: {maxLength: 1}, e: {format: uri}}}"));

        var problems = validator.validate(YAML.readTree("{a: hush, b: hush, c: hush, d: hush, e: hush hush}"));

        assertThat(problems).hasSizeGreaterThanOrEqualTo(4);
        assertThat(problems.toString()).doesNotContain("hush");
    }
}
