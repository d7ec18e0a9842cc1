package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SecretMaskTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode SCHEMA = RecordJson.schema(Params.class);

    record Params(
            @Doc("Open.") @Nullable String name,
            @Doc("Hidden.") @Secret @Nullable String password,

            @Doc("Hidden as a whole.") @Secret @Default("{}")
            Map<String, String> users,

            @Doc("Hidden inside.") @Default("[]") List<Key> keys) {}

    record Key(
            @Doc("Open.") String id, @Doc("Hidden.") @Secret String plain) {}

    @Test
    void hidesWhatTheSchemaMarksAtAnyDepth() {
        JsonNode masked =
                mask("{'name': 'n', 'password': 'p', 'users': {'u': 'h'}, 'keys': [{'id': 'k', 'plain': 'v'}]}");

        assertThat(masked)
                .isEqualTo(json("{'name': 'n', 'password': '(secret)', 'users': '(secret)',"
                        + " 'keys': [{'id': 'k', 'plain': '(secret)'}]}"));
    }

    @Test
    void showsReferencesWhichNameAPlaceOnly() {
        assertThat(mask("{'password': '${file:/run/secrets/p}'}"))
                .isEqualTo(json("{'password': '${file:/run/secrets/p}'}"));
    }

    @Test
    void hidesATextThatIsMoreThanAReference() {
        assertThat(mask("{'password': '${env:PREFIX}literal'}")).isEqualTo(json("{'password': '(secret)'}"));
        assertThat(mask("{'password': '${env:A}${env:B}'}")).isEqualTo(json("{'password': '(secret)'}"));
        assertThat(mask("{'password': '${literal}'}")).isEqualTo(json("{'password': '(secret)'}"));
    }

    @Test
    void hidesTheValueOfAnUnknownKeySinceItMayBeASecretsMisspelt() {
        assertThat(mask("{'pasword': 'p', 'keys': [{'id': 'k', 'plian': 'v'}]}"))
                .isEqualTo(json("{'pasword': '(secret)', 'keys': [{'id': 'k', 'plian': '(secret)'}]}"));
    }

    @Test
    void knowsTheKeysOfAllAlternatives() {
        JsonNode schema = json("{'oneOf': [{'properties': {'a': {}}, 'additionalProperties': false},"
                + " {'properties': {'b': {'writeOnly': true}}, 'additionalProperties': false}]}");
        JsonNode together = json("{'anyOf': [{'properties': {'a': {}}}], 'properties': {'b': {'writeOnly': true}},"
                + " 'unevaluatedProperties': false}");

        JsonNode value = json("{'a': 'x', 'b': 'y', 'c': 'z'}");
        JsonNode expected = json("{'a': 'x', 'b': '(secret)', 'c': '(secret)'}");

        assertThat(SecretMask.mask(schema, value)).isEqualTo(expected);
        assertThat(SecretMask.mask(together, value)).isEqualTo(expected);
    }

    @Test
    void findsAMaskThatIsHandedBack() {
        assertThat(SecretMask.isIn(json("{'keys': [{'plain': '(secret)'}]}"))).isTrue();
        assertThat(SecretMask.isIn(json("{'keys': [{'plain': 'secret'}]}"))).isFalse();
    }

    @Test
    void hidesInAlternatives() {
        JsonNode schema = json("{'anyOf': [{'properties': {'a': {'writeOnly': true}}}, {'properties': {'b': {}}}]}");

        assertThat(SecretMask.mask(schema, json("{'a': 'x', 'b': 'y'}")))
                .isEqualTo(json("{'a': '(secret)', 'b': 'y'}"));
    }

    @Test
    void hidesWhatIsNotInTheShapeThatTheSchemaExpects() {
        assertThat(mask("{'keys': {'id': 'k', 'plain': 'v'}}")).isEqualTo(json("{'keys': '(secret)'}"));
        assertThat(mask("{'keys': ['v', {'id': ['v'], 'plain': 'v'}]}"))
                .isEqualTo(json("{'keys': ['(secret)', {'id': '(secret)', 'plain': '(secret)'}]}"));
        assertThat(mask("{'keys': 'v', 'name': {'password': 'v'}}"))
                .isEqualTo(json("{'keys': '(secret)', 'name': '(secret)'}"));
    }

    @Test
    void showsATextOfAnotherTypeThanExpectedWhichHoldsNothing() {
        assertThat(mask("{'name': 7, 'keys': null}")).isEqualTo(json("{'name': 7, 'keys': null}"));
    }

    @Test
    void hidesWhatFitsNoneOfTheAlternatives() {
        JsonNode schema = json("{'properties': {'a': {'anyOf': [{'type': 'string'}, {'type': 'array'}]}}}");

        assertThat(SecretMask.mask(schema, json("{'a': ['x']}"))).isEqualTo(json("{'a': ['x']}"));
        assertThat(SecretMask.mask(schema, json("{'a': {'b': 'x'}}"))).isEqualTo(json("{'a': '(secret)'}"));
    }

    private static JsonNode mask(String value) {
        return SecretMask.mask(SCHEMA, json(value));
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }
}
