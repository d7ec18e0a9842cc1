package io.policyengine.policies.content.graphqlprotection.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Documents are read as the specification says, and measured as if their fragments stood where they are spread. */
class DocumentTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int TOKENS = 20_000;

    private static GraphqlFault.@Nullable Kind fault(String text) {
        try {
            DocumentParser.parse(text, TOKENS);
            return null;
        } catch (GraphqlFault fault) {
            return fault.kind();
        }
    }

    private static Measure measure(String text, String variables) {
        try {
            JsonNode node = JSON.readTree(variables);
            return new OperationMeter(Set.of("first"), node).of(DocumentParser.parse(text, TOKENS), () -> false);
        } catch (GraphqlFault fault) {
            throw new AssertionError(text, fault);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{a}",
                "\uFEFF{ a, b }",
                "query { a }",
                "query A { a } mutation B { b } subscription C { c }",
                "query A($x: [Int!]! = [1, -2, 3.5e1], $y: In = {a: \"b\", c: [$z], d: ENUM} @d) @e(f: null) { a }",
                "{ b: a(x: $x, y: true, z: \"\\u0041\\u{1F600}\\n}\") @include(if: $b) { c } }",
                "{ a(x: \"\"\"block \\\"\"\" } \" \"\"\") }",
                "{ ... { a } ... on T { b } ...F @d ... @e { c } } fragment F on T @f { g }",
                "{ on fragment query } # } comment",
                "\"described\" query A { a } \"\"\"so\"\"\" fragment F on T { g }",
                "fragment F on T { ...G } { ...F } fragment G on T { a }"
            })
    void whatIsADocumentIsRead(String text) {
        assertThat(fault(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing",
                "{}",
                "{ a",
                "a }",
                "{ a } }",
                "query A",
                "{ a() }",
                "{ a(x) }",
                "{ a(x:) }",
                "{ a: }",
                "{ .. }",
                "{ ....F }",
                "{ ...F }",
                "{ a } { b }",
                "query A { a } { b }",
                "query A { a } query A { b }",
                "query A() { a }",
                "query A(x: Int) { a }",
                "{ a(x: 01) }",
                "{ a(x: 1a) }",
                "{ a(x: 1.) }",
                "{ a(x: -) }",
                "{ a(x: \"\n\") }",
                "{ a(x: \"\\x\") }",
                "{ a(x: \"\\u12g4\") }",
                "{ a(x: \"\"\" \"\") }",
                "{ a(x: \") }",
                "{ é }",
                "{ a % }",
                "type T { a: Int }",
                "schema { query: Q } { a }",
                "fragment F on T { a }",
                "fragment on on T { a } { b }",
                "fragment F { a } { b }",
                "fragment F($x: Int) on T { a } { b }",
                "fragment F on T { a } fragment F on T { a } { b }",
                "query @ { a }",
                "\"x\" { a }"
            })
    void whatIsNoneIsNot(String text) {
        assertThat(fault(text)).isEqualTo(GraphqlFault.Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ ...F } fragment F on T { ...F }",
                "{ ...F } fragment F on T { a { ...G } } fragment G on T { ... { ...H } } fragment H on T { ...F }",
                "{ a } fragment F on T { ...G } fragment G on T { ...F }"
            })
    void fragmentsThatLeadBackAreRefused(String text) {
        assertThat(fault(text)).isEqualTo(GraphqlFault.Kind.CYCLE);
    }

    @ParameterizedTest
    @CsvSource({"'', {a", "'', {...", "{a(x:, [", "{a(x:, {y:", "query($x:, ["})
    void nestingEndsBeforeTheStackDoes(String start, String piece) {
        assertThat(fault(start + piece.repeat(6_000))).isEqualTo(GraphqlFault.Kind.NESTING);
    }

    @Test
    void tokensEndBeforeADocumentIsHeld() {
        assertThat(fault("{" + "a ".repeat(10_000_000) + "}")).isEqualTo(GraphqlFault.Kind.TOKENS);
        assertThat(fault("{" + "a@b ".repeat(20_000) + "}")).isEqualTo(GraphqlFault.Kind.TOKENS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{a}                                                          | 1 | 1 | 0 | 0",
                "{a b{c}}                                                     | 2 | 3 | 0 | 0",
                "{x:a y:b{z:c}}                                               | 2 | 3 | 3 | 0",
                "{...{...on T{a}}}                                            | 1 | 1 | 0 | 0",
                "query @a {b @c @d ...F @e ...@f{g}} fragment F on T @h {i}   | 1 | 3 | 0 | 6",
                "query($x:Int @a){b}                                          | 1 | 1 | 0 | 1",
                "{...F ...F} fragment F on T{x:a{b}}                          | 2 | 4 | 2 | 0",
                "{a{...F}} fragment F on T{b{...G}} fragment G on T{c}        | 3 | 3 | 0 | 0",
                "query A{a{b}} query B{x:c}                                   | 2 | 2 | 1 | 0",
                "{a(first:10){b c}}                                           | 2 | 21 | 0 | 0",
                "{a(first:10){b(first:10){c}}}                                | 3 | 111 | 0 | 0",
                "{a(first:$n){b}}                                             | 2 | 6 | 0 | 0",
                "{a(first:$s){b}}                                             | 2 | 8 | 0 | 0",
                "query($m:Int=9){a(first:$m){b}}                              | 2 | 10 | 0 | 0",
                "query($n:Int=9){a(first:$n){b}}                              | 2 | 6 | 0 | 0",
                "{a(first:-3){b}}                                             | 2 | 2 | 0 | 0",
                "{a(last:10){b}}                                              | 2 | 2 | 0 | 0",
                "{a(first:99999999999999999999){b}}                           | 2 | 2147483648 | 0 | 0",
                "{a(first:$huge){b}}                                          | 2 | 2147483648 | 0 | 0"
            })
    void measuresWithFragmentsInPlace(String text, int depth, long complexity, long aliases, long directives) {
        assertThat(measure(text, "{\"n\": 5, \"s\": \"7\", \"huge\": 1e300}"))
                .isEqualTo(new Measure(depth, complexity, aliases, directives, false));
    }

    @Test
    void theSchemaIsFoundWhereverItIsAskedFor() {
        assertThat(measure("{__typename a}", "{}").introspects()).isFalse();
        assertThat(measure("{x:__schema{a}}", "{}").introspects()).isTrue();
        assertThat(measure("{...F} fragment F on Q{...{__type(name:\"T\"){a}}}", "{}")
                        .introspects())
                .isTrue();
    }

    @Test
    void fragmentsThatMultiplyCostNoMoreThanOthers() {
        String doubling = IntStream.range(0, 500)
                .mapToObj(i -> "fragment F" + i + " on T{x:a{...F" + (i + 1) + "} b{...F" + (i + 1) + "}}")
                .collect(Collectors.joining());
        Measure measure = measure("{...F0}" + doubling + "fragment F500 on T{c}", "{}");

        assertThat(measure.complexity()).isEqualTo(Measure.MAX);
        assertThat(measure.aliases()).isEqualTo(Measure.MAX);
        assertThat(measure.depth()).isEqualTo(501);
    }

    /** The measure of a document with fragments is that of the one with their text in place. */
    @Test
    void measuresAsIfFragmentsWereWrittenOut() {
        Random random = new Random(11);
        for (int round = 0; round < 5_000; round++) {
            int fragments = random.nextInt(5);
            StringBuilder whole = new StringBuilder();
            String[] bodies = new String[fragments];
            for (int i = 0; i < fragments; i++) {
                bodies[i] = selections(random, i, 0);
                whole.append(String.format(Locale.ROOT, "fragment F%d on T {%s} ", i, bodies[i]));
            }
            String operation = selections(random, fragments, 0);
            String inPlace = operation;
            for (int i = fragments - 1; i >= 0; i--) {
                inPlace = inPlace.replace("...F" + i + " ", "...{" + bodies[i] + "}");
            }
            if (inPlace.length() < 50_000) {
                assertThat(measure(whole + "{" + operation + "}", "{}"))
                        .as(whole + operation)
                        .isEqualTo(measure("{" + inPlace + "}", "{}"));
            }
        }
    }

    private static String selections(Random random, int fragments, int depth) {
        StringBuilder text = new StringBuilder();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            switch (random.nextInt(depth > 2 ? 3 : 5)) {
                case 0 -> text.append("x:a ");
                case 1 -> text.append("b@d ");
                case 2 -> text.append(fragments == 0 ? "c " : "...F" + random.nextInt(fragments) + " ");
                case 3 ->
                    text.append("e(first:2){")
                            .append(selections(random, fragments, depth + 1))
                            .append("} ");
                default ->
                    text.append("...on T{")
                            .append(selections(random, fragments, depth + 1))
                            .append("} ");
            }
        }
        return text.toString();
    }
}
