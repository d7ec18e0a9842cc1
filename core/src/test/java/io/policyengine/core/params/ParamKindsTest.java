package io.policyengine.core.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The kinds of components that parameters may have. */
class ParamKindsTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    enum Level {
        LOW,
        HIGH
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Local.class, name = "local"),
        @JsonSubTypes.Type(value = Shared.class, name = "shared")
    })
    sealed interface Store {}

    record Local(@Default("1000") int size) implements Store {}

    record Shared(String url, @Default("50") int timeout) implements Store {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "shape")
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    interface Form {}

    interface Round extends Form {}

    @JsonTypeName("circle")
    record Circle(int radius) implements Round {}

    @JsonTypeName("square")
    record Square(int side) implements Form {}

    record Forms(Form form) {}

    record Nested(String name, @Default("\"low\"") Level level) {}

    record Kinds(
            @Nullable Integer number,
            @Nullable Boolean flag,
            @Nullable Long large,
            @Nullable Double share,
            @Nullable BigDecimal exact,
            @Default("[\"high\"]") List<Level> levels,
            @Default("[]") Set<String> names,
            @Default("{}") Map<String, Nested> nested,
            @Nullable List<Nested> optional,
            @Nullable Map<String, Long> sizes,
            @Nullable Instant expires,
            @Nullable URI uri,
            @Nullable Store store) {}

    private static final ParamsBinder<Kinds> BINDER = ParamsBinder.of(Kinds.class);

    @Test
    void takesNothingForWhatIsOptional() {
        var kinds = ok("{}");

        assertThat(kinds)
                .isEqualTo(new Kinds(
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(Level.HIGH),
                        Set.of(),
                        Map.of(),
                        null,
                        null,
                        null,
                        null,
                        null));
        assertThat(ok("{number: null, flag: null, optional: null, store: null, expires: null}"))
                .isEqualTo(kinds);
    }

    @Test
    void takesEveryKind() {
        var kinds = ok("""
                number: -3
                flag: true
                large: 99999999999
                share: 1
                exact: 0.1
                levels: [low, high, low]
                names: [a, b]
                nested: { a: { name: n }, b: { name: m, level: high } }
                optional: [ { name: o } ]
                sizes: { x: 1 }
                expires: "2027-01-31T08:00:00Z"
                uri: https://example.com/x
                store: { kind: shared, url: redis:// }
                """);

        assertThat(kinds)
                .isEqualTo(new Kinds(
                        -3,
                        true,
                        99999999999L,
                        1.0,
                        new BigDecimal("0.1"),
                        List.of(Level.LOW, Level.HIGH, Level.LOW),
                        Set.of("a", "b"),
                        Map.of("a", new Nested("n", Level.LOW), "b", new Nested("m", Level.HIGH)),
                        List.of(new Nested("o", Level.LOW)),
                        Map.of("x", 1L),
                        Instant.parse("2027-01-31T08:00:00Z"),
                        URI.create("https://example.com/x"),
                        new Shared("redis://", 50)));
        assertThat(ok("store: { kind: local }").store()).isEqualTo(new Local(1000));
    }

    @Test
    void aSubtypeMayStateItsNameItselfAndExtendAnotherInterfaceOfTheSameFamily() {
        var forms = ParamsBinder.of(Forms.class);

        assertThat(forms.bind(YAML.readTree("form: { shape: circle, radius: 1 }")))
                .isEqualTo(new BoundParams.Ok<>(new Forms(new Circle(1))));
        assertThat(forms.bind(YAML.readTree("form: { shape: square, side: 2 }")))
                .isEqualTo(new BoundParams.Ok<>(new Forms(new Square(2))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            levels: [low, mid]        | /levels/1    | expected one of 'low', 'high'; found another string
            levels: low               | /levels      | expected a list, found a string
            nested: {a: {name: 1}}    | /nested/a/name | expected a string, found an integer
            nested: {a: }             | /nested/a    | expected a mapping, found null
            optional: [{nam: x, name: y}] | /optional/0/nam | unknown key 'nam', did you mean 'name'?
            flag: "yes"               | /flag        | expected a boolean or null, found a string
            expires: tomorrow         | /expires     | expected a date and time such as 2027-01-31T08:00:00Z
            uri: "a b"                | /uri         | expected a URI
            number: 99999999999       | /number      | a value that cannot be used here: too large, or malformed
            store: {kind: shared}     | /store       | missing key 'url'
            store: {kind: other}      | /store/kind  | expected one of 'local', 'shared'; found another string
            store: {}                 | /store       | missing key 'kind'
            store: 5                  | /store       | expected null or a mapping, found an integer
            store: {kind: shared, url: x, sise: 1} | /store/sise | unknown key 'sise'; known keys: kind, timeout, url
            """)
    void saysWhatWouldBeRight(String yaml, String pointer, String message) {
        assertThat(BINDER.bind(YAML.readTree(yaml)))
                .isEqualTo(new BoundParams.Invalid<Kinds>(List.of(new ParamProblem(pointer, message))));
    }

    @Test
    void leavesTheGivenJsonAlone() {
        var json = YAML.readTree("nested: { a: { name: n } }");

        BINDER.bind(json);

        assertThat(json).isEqualTo(YAML.readTree("nested: { a: { name: n } }"));
    }

    @Test
    void bindsFromManyThreads() {
        var json = YAML.readTree("nested: { a: { name: n } }");
        var bad = YAML.readTree("nested: { a: { name: 5 } }");

        var results = IntStream.range(0, 200)
                .mapToObj(index -> CompletableFuture.supplyAsync(() -> BINDER.bind(index % 2 == 0 ? json : bad)))
                .toList();

        for (var index = 0; index < results.size(); index++) {
            assertThat(results.get(index).join())
                    .isInstanceOf(index % 2 == 0 ? BoundParams.Ok.class : BoundParams.Invalid.class);
        }
    }

    private static Kinds ok(String yaml) {
        return switch (BINDER.bind(YAML.readTree(yaml))) {
            case BoundParams.Ok<Kinds>(var value) -> value;
            case BoundParams.Invalid<Kinds>(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    record OfClass(Thread thread) {}

    record OfTexts(Map<String, Thread> threads) {}

    record Tree(@Nullable Tree child) {}

    @Test
    void refusesKindsWithoutASchema() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParamsBinder.of(OfClass.class))
                .withMessage("no schema can be derived from java.lang.Thread: use a record, or state it by @Shape");
        assertThatIllegalArgumentException().isThrownBy(() -> ParamsBinder.of(OfTexts.class));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParamsBinder.of(Tree.class))
                .withMessage("no schema can be derived from " + Tree.class.getName() + ": it contains itself");
    }
}
