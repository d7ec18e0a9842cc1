package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class SingleItemsTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    enum Place {
        BODY,
        QUERY
    }

    record Key(
            String id,
            @Nullable @Secret String secret,
            @Default("[]") List<String> roles,
            @Default("true") boolean strip) {}

    record Params(
            @Doc("The keys.") @NonEmpty @Default("[{\"id\": \"a\"}]")
            List<Key> keys,

            @Nullable @NonEmpty List<String> names,
            @Default("[]") List<Place> places,
            @Default("[]") List<Integer> counts,
            @Default("{}") Map<String, List<Key>> groups,
            @Default("[]") List<List<String>> tables) {}

    private static final ParamsBinder<Params> BINDER = ParamsBinder.ofPolicy(Params.class);

    @Test
    void anItemStandsForAListOfIt() {
        Params listed = bound("""
                keys: [ { id: k, secret: s, roles: [ r ] } ]
                names: [ n ]
                places: [ query ]
                counts: [ 5 ]
                groups: { g: [ { id: x } ] }
                tables: [ [ t ] ]
                """);

        Params single = bound("""
                keys: { id: k, secret: s, roles: r }
                names: n
                places: query
                counts: 5
                groups: { g: { id: x } }
                tables: [ t ]
                """);

        assertThat(single).isEqualTo(listed);
        assertThat(single.keys()).containsExactly(new Key("k", "s", List.of("r"), true));
        assertThat(bound("{}").keys()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            keys: { id: k, rolez: r }      | /keys/rolez       | unknown key 'rolez', did you mean 'roles'?
            keys: { strip: false }         | /keys             | missing key 'id'
            keys: { id: k, strip: 1 }      | /keys/strip       | expected a boolean, found an integer
            keys: [ { id: k, roles: 1 } ]  | /keys/0/roles     | expected a list or a string, found an integer
            keys: k                        | /keys             | expected a list or a mapping, found a string
            keys: []                       | /keys             | must not be empty
            places: bdy                    | /places           | expected one of 'body', 'query'; found another string
            places: [ bdy ]                | /places/0         | expected one of 'body', 'query'; found another string
            groups: { g: { id: 1 } }       | /groups/g/id      | expected a string, found an integer
            tables: t                      | /tables           | expected a list, found a string
            """)
    void saysWhatWouldBeRight(String yaml, String pointer, String message) {
        assertThat(BINDER.bind(YAML.readTree(yaml)))
                .isEqualTo(new BoundParams.Invalid<Params>(List.of(new ParamProblem(pointer, message))));
    }

    @Test
    void hidesTheSecretsOfTheOnlyItem() {
        JsonNode masked = SecretMask.mask(
                BINDER.schema(),
                YAML.readTree("keys: { id: k, secret: hush }\ngroups: { g: { id: x, secret: hush } }"));

        assertThat(masked)
                .isEqualTo(
                        YAML.readTree("keys: { id: k, secret: (secret) }\ngroups: { g: { id: x, secret: (secret) } }"));
    }

    @Test
    void aSchemaOfAnythingElseIsAsItWas() {
        assertThat(ParamsBinder.of(Params.class).bind(YAML.readTree("keys: { id: k }")))
                .isEqualTo(new BoundParams.Invalid<Params>(
                        List.of(new ParamProblem("/keys", "expected a list, found a mapping"))));
    }

    @ParameterizedTest
    @CsvSource({
        "/keys/0/id, 'keys: { id: k }', /keys/id",
        "/keys/0/roles/0, 'keys: { id: k, roles: r }', /keys/roles",
        "/keys/0, 'keys: [ { id: k } ]', /keys/0",
        "/keys/1/id, 'keys: [ { id: k }, { id: l } ]', /keys/1/id",
        "/names/0, 'names: n', /names",
        "/groups/0/id, 'groups: { \"0\": { id: k } }', /groups/0/id",
        "/absent/0, '{}', /absent/0",
    })
    void aProblemStandsWhereTheItemIsWritten(String pointer, String yaml, String written) {
        assertThat(ParamsBinder.asWritten(new ParamProblem(pointer, "wrong"), YAML.readTree(yaml)))
                .isEqualTo(new ParamProblem(written, "wrong"));
    }

    private static Params bound(String yaml) {
        return switch (BINDER.bind(YAML.readTree(yaml))) {
            case BoundParams.Ok<Params>(var value) -> value;
            case BoundParams.Invalid<Params>(var problems) -> throw new AssertionError(problems.toString());
        };
    }
}
