package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ParamsBinderTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    enum Action {
        DENY,
        SKIP_REMAINING,
        @JsonProperty("S256")
        SHA
    }

    @Doc("What to do with the query.")
    record Query(
            @Doc("To set.") @Default("{}") Map<String, String> set,
            @Default("[]") List<String> remove) {
        Query {
            if (remove.contains("forbidden")) {
                throw new IllegalArgumentException("'forbidden' may not be removed");
            }
        }
    }

    record Key(
            String consumer,
            @Nullable String sha256,
            @Default("true") boolean strip) {
        Key {
            if (sha256 == null) {
                throw new IllegalArgumentException("a key needs 'sha256'");
            }
        }
    }

    @Doc("Limits.")
    record Params(
            @Doc(
                    value = "How many.",
                    examples = {"5"})
            @Default("100")
            @Range(min = 1, max = 1000)
            int requestsPerSecond,

            @Default("0.5") @Range(min = 0, max = 1) double ratio,

            @JsonProperty("timeout_ms") @Default("250") @Range(min = 1)
            Duration timeout,

            @Default("\"deny\"") Action action,
            @Nullable Action fallback,
            @Default("{}") Query query,
            @Nullable Query other,
            @Default("[]") List<Key> keys,
            @Default("{}") Map<String, StringOrList> append,
            @Doc("By name.") @Default("{}") Map<String, List<Key>> groups,
            @Nullable JsonNode rule,
            @Nullable ObjectNode schema,
            @Nullable @NonEmpty String label,
            @Nullable @Pattern("^[a-z]+$") String realm,
            String header) {}

    private static final ParamsBinder<Params> BINDER = ParamsBinder.of(Params.class);

    @Test
    void appliesDefaultsAtAnyDepth() {
        var params = ok("header: X-Key\nkeys: [{consumer: a, sha256: b}]\nother: {}");

        assertThat(params)
                .isEqualTo(new Params(
                        100,
                        0.5,
                        Duration.ofMillis(250),
                        Action.DENY,
                        null,
                        new Query(Map.of(), List.of()),
                        new Query(Map.of(), List.of()),
                        List.of(new Key("a", "b", true)),
                        Map.of(),
                        Map.of(),
                        null,
                        null,
                        null,
                        null,
                        "X-Key"));
    }

    @Test
    void bindsEveryKindOfValue() {
        var params = ok("""
                requests_per_second: 7
                timeout_ms: 1500
                action: skip_remaining
                fallback: S256
                query: { set: { a: off }, remove: [b] }
                append: { x: one, y: [two, three] }
                rule: [1, {deep: true}]
                schema: { type: object }
                header: h
                """);

        assertThat(params.requestsPerSecond()).isEqualTo(7);
        assertThat(params.timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(params.action()).isEqualTo(Action.SKIP_REMAINING);
        assertThat(params.fallback()).isEqualTo(Action.SHA);
        assertThat(params.query().set()).isEqualTo(Map.of("a", "off"));
        assertThat(params.append().get("y")).isEqualTo(new StringOrList(List.of("two", "three")));
        assertThat(params.append().get("x")).isEqualTo(new StringOrList(List.of("one")));
        assertThat(params.rule()).isEqualTo(YAML.readTree("[1, {deep: true}]"));
    }

    @Test
    void findsAllProblemsAtOnce() {
        var problems = invalid("""
                requests_per_secnd: 5
                ratio: 2
                timeout_ms: soon
                action: forbid
                fallback: 1
                query: { set: { a: 30 }, remov: [] }
                keys: [{sha256: x}, 3]
                append: { x: 1, y: [] , z: [2]}
                groups: { g: [ { consume: a } ] }
                schema: []
                label: ""
                realm: A1
                """);

        assertThat(problems)
                .containsExactly(
                        new ParamProblem("", "missing key 'header'"),
                        new ParamProblem(
                                "/requests_per_secnd",
                                "unknown key 'requests_per_secnd', did you mean 'requests_per_second'?"),
                        new ParamProblem("/ratio", "expected at most 1, found more"),
                        new ParamProblem("/timeout_ms", "expected an integer, found a string"),
                        new ParamProblem(
                                "/action", "expected one of 'deny', 'skip_remaining', 'S256'; found another string"),
                        new ParamProblem("/fallback", "expected null or a string, found an integer"),
                        new ParamProblem("/query/set/a", "expected a string, found an integer"),
                        new ParamProblem("/query/remov", "unknown key 'remov', did you mean 'remove'?"),
                        new ParamProblem("/keys/0", "missing key 'consumer'"),
                        new ParamProblem("/keys/1", "expected a mapping, found an integer"),
                        new ParamProblem("/append/x", "expected a string or a list, found an integer"),
                        new ParamProblem("/append/y", "must not be empty"),
                        new ParamProblem("/append/z/0", "expected a string, found an integer"),
                        new ParamProblem("/groups/g/0", "missing key 'consumer'"),
                        new ParamProblem("/groups/g/0/consume", "unknown key 'consume', did you mean 'consumer'?"),
                        new ParamProblem("/schema", "expected a mapping or null, found a list"),
                        new ParamProblem("/label", "must not be empty"),
                        new ParamProblem("/realm", "expected a string that matches ^[a-z]+$"));
    }

    @Test
    void collectsWhatConstructorsRefuse() {
        var problems = invalid("""
                header: h
                query: { remove: [forbidden] }
                other: { remove: [forbidden], set: {} }
                keys: [{consumer: a}, {consumer: b, sha256: c}, {consumer: d}]
                """);

        assertThat(problems)
                .containsExactly(
                        new ParamProblem("/query", "'forbidden' may not be removed"),
                        new ParamProblem("/other", "'forbidden' may not be removed"),
                        new ParamProblem("/keys/0", "a key needs 'sha256'"),
                        new ParamProblem("/keys/2", "a key needs 'sha256'"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            header: 5                              | /header              | expected a string, found an integer
            header: null                           | /header              | expected a string, found null
            header: true                           | /header              | expected a string, found a boolean
            {header: h, requests_per_second: 1.5}  | /requests_per_second | expected an integer, found a number
            {header: h, requests_per_second: 0}    | /requests_per_second | expected at least 1, found less
            {header: h, requests_per_second: null} | /requests_per_second | expected an integer, found null
            {header: h, query: []}                 | /query               | expected a mapping, found a list
            {header: h, other: []}                 | /other               | expected a mapping or null, found a list
            {header: h, "a/b~": 1}                 | /a~1b~0              | unknown key 'a/b~'; known keys: action, append, fallback, groups, header, keys, label, other, query, ratio, realm, requests_per_second, rule, schema, timeout_ms
            {header: h, timeout_ms: 99999999999999999999} | /timeout_ms   | a value that cannot be used here: too large, or malformed
            []                                     | ''                   | expected a mapping, found a list
            """)
    void saysWhatWouldBeRight(String yaml, String pointer, String message) {
        assertThat(invalid(yaml)).containsExactly(new ParamProblem(pointer, message));
    }

    @Test
    void describesTheRecord() {
        // numbers compare by their node type: read them the same way
        var schema = YAML.readTree(BINDER.schema().toString());

        assertThat(schema.get("$schema").stringValue()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.get("title").stringValue()).isEqualTo("Params");
        assertThat(schema.get("description").stringValue()).isEqualTo("Limits.");
        assertThat(schema.get("required")).isEqualTo(YAML.readTree("[header]"));
        assertThat(schema.get("additionalProperties")).isEqualTo(YAML.readTree("false"));
        assertThat(schema.at("/properties/requests_per_second"))
                .isEqualTo(
                        YAML.readTree(
                                "{type: integer, title: Requests per second, description: How many., default: 100, minimum: 1, maximum: 1000, examples: [5]}"));
        assertThat(schema.at("/properties/query")).isEqualTo(YAML.readTree("""
                        type: object
                        title: Query
                        description: What to do with the query.
                        default: {}
                        additionalProperties: false
                        properties:
                          set: { type: object, title: Set, description: To set., default: {}, additionalProperties: { type: string } }
                          remove: { type: array, title: Remove, items: { type: string }, default: [] }
                        """));
        assertThat(schema.at("/properties/timeout_ms"))
                .isEqualTo(YAML.readTree("{type: integer, title: Timeout ms, minimum: 1, default: 250}"));
        assertThat(schema.at("/properties/groups")).isEqualTo(YAML.readTree("""
                        type: object
                        title: Groups
                        description: By name.
                        default: {}
                        additionalProperties:
                          type: array
                          items:
                            type: object
                            additionalProperties: false
                            required: [consumer]
                            properties:
                              consumer: { type: string, title: Consumer }
                              sha256: { title: Sha256, type: [string, "null"] }
                              strip: { type: boolean, title: Strip, default: true }
                        """));
        assertThat(schema.at("/properties/rule")).isEqualTo(YAML.readTree("{title: Rule}"));
        assertThat(schema.at("/properties/label"))
                .isEqualTo(YAML.readTree("{title: Label, type: [string, 'null'], minLength: 1}"));
    }

    record WrongDefault(@Default("\"x\"") int number) {}

    @Test
    void refusesADefaultThatItsOwnTypeRefuses() {
        assertThatThrownBy(() -> ParamsBinder.of(WrongDefault.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number")
                .hasMessageContaining("expected an integer, found a string");
    }

    private static Params ok(String yaml) {
        return switch (BINDER.bind(YAML.readTree(yaml))) {
            case BoundParams.Ok<Params>(var value) -> value;
            case BoundParams.Invalid<Params>(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private static List<ParamProblem> invalid(String yaml) {
        return switch (BINDER.bind(YAML.readTree(yaml))) {
            case BoundParams.Ok<Params>(var value) -> throw new AssertionError(value.toString());
            case BoundParams.Invalid<Params>(var problems) -> problems;
        };
    }
}
