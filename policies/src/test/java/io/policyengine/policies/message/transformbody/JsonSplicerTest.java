package io.policyengine.policies.message.transformbody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.template.Template;
import io.policyengine.testkit.policy.TestMessages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Edits in one pass: they do what edits of a tree do, and leave all other bytes as they are. */
final class JsonSplicerTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> NAMES = List.of("a", "b", "c", "\\u0061b", "", "é€\uD83D\uDE00");
    private static final List<String> SINGLES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-7",
            "1.50",
            "\"\"",
            "\"x\"",
            "1e3",
            "\"x\\n\\u20ac\"",
            "\"é\"",
            "12345678901234567890");
    private static final List<String> SPACE = List.of("", " ", "\n  ", "\t");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1}                  | /b=2          | {\"a\": 1,\"b\":2}",
                "{ }                         | /b=2          | {\"b\":2 }",
                "{\"a\": 1 , \"b\" : 2}      | -/a           | {\"b\" : 2}",
                "{\"a\": 1 , \"b\" : 2}      | -/b           | {\"a\": 1}",
                "{\"a\":1, \"b\":2, \"c\":3} | -/a -/b -/c   | {}",
                "{\"a\":1, \"b\":2, \"c\":3} | -/b -/c /d=4  | {\"a\":1,\"d\":4}",
                "{\"a\":1, \"b\":2}          | -/a -/b /d=4  | {\"d\":4}",
                "{\"a\":1.50, \"b\":[1, 2]}  | /a/b=\"x\"    | {\"a\":{\"b\":\"x\"}, \"b\":[1, 2]}",
                "{\"a\":{\"b\": 1}}          | /a/b=2 /a/c=3 | {\"a\":{\"b\": 2,\"c\":3}}",
                "{\"\\u0061\": \"\\u0041\"}  | /b=null       | {\"\\u0061\": \"\\u0041\",\"b\":null}",
                "7                           | /a=1          | {\"a\":1}",
                "[1,2]                       | -/a           | [1,2]",
            })
    void changesWhatItNamesAndNothingElse(String before, String edits, String after) throws UnfitBodyException {
        assertThat(new String(
                        edits(edits).apply(utf8(before), JsonSplicerTest::filled, () -> false), StandardCharsets.UTF_8))
                .isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1, \"b\": {\"c\": \"x\"}}", " {\"b\":{\"c\":\"\\u0078\"} , \"a\" :1}\n"})
    void leavesTheBodyToTheByteWhereNothingChanges(String before) throws UnfitBodyException {
        byte[] body = utf8(before);

        assertThat(edits("/a=1 /b/c=\"x\" -/d -/a/e").apply(body, JsonSplicerTest::filled, () -> false))
                .isSameAs(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":1}}",
                "{\"a\":1} 2",
                "{\"a\":1,}",
                "{\"x\":{\"a\":1,\"a\":2}}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"x\":[1 2]}",
                "{\"x\":\"\u0001\"}",
                "{\"a\":[]}",
                "[]"
            })
    void refusesWhatATreeWouldRefuse(String text) {
        for (String edits : List.of("/a/b=1", "/a/b=1 /0=2")) {
            assertThatExceptionOfType(UnfitBodyException.class)
                    .as(edits)
                    .isThrownBy(() -> edits(edits).apply(utf8(text), JsonSplicerTest::filled, () -> false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"x\":[\"\u00ff\"]}", "{\"x\":[\"\u00c1\u0081\"]}", "{\"x\":[\"\u00ed\u00a0\u0080\"]}"})
    void refusesWhatIsNoUtf8HoweverDeep(String octets) {
        assertThatExceptionOfType(UnfitBodyException.class)
                .isThrownBy(() -> edits("/a=1")
                        .apply(octets.getBytes(StandardCharsets.ISO_8859_1), JsonSplicerTest::filled, () -> false));
    }

    @Test
    void passesOverAByteOrderMark() throws UnfitBodyException {
        byte[] after = edits("/b=2 -/a").apply(utf8("\uFEFF{\"a\":1,\"c\":3}"), JsonSplicerTest::filled, () -> false);

        assertThat(JSON.readTree(after)).isEqualTo(JSON.readTree("{\"c\":3,\"b\":2}"));
    }

    /** A text in UTF-16 is edited as a tree: the model here. */
    @Test
    void doesWhatEditsOfATreeDo() throws UnfitBodyException {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            String text = value(random, 0);
            String edits = someEdits(random);
            String what = "seed " + seed + ": " + edits + " of " + text;

            Object inOnePass = outcome(edits, utf8(text));

            assertThat(inOnePass).as(what).isEqualTo(outcome(edits, text.getBytes(StandardCharsets.UTF_16)));
        }
    }

    private static Object outcome(String edits, byte[] body) {
        try {
            byte[] after = edits(edits).apply(body, JsonSplicerTest::filled, () -> false);
            return Arrays.equals(after, body)
                    ? "unchanged"
                    : JSON.readTree(after).toString();
        } catch (UnfitBodyException unfit) {
            return "unfit";
        }
    }

    private static String value(Random random, int depth) {
        int kind = random.nextInt(depth > 4 ? 1 : 4);
        List<String> parts = new ArrayList<>();
        int size = random.nextInt(4);
        if (kind == 1) {
            for (int i = 0; i < size; i++) {
                parts.add(space(random) + value(random, depth + 1) + space(random));
            }
            return "[" + String.join(",", parts) + "]";
        }
        if (kind > 1 || (depth == 0 && random.nextInt(10) > 0)) {
            List<String> names = new ArrayList<>(NAMES);
            for (int i = 0; i < size; i++) {
                String name = names.remove(random.nextInt(names.size()));
                parts.add(space(random)
                        + '"'
                        + name
                        + '"'
                        + space(random)
                        + ':'
                        + space(random)
                        + value(random, depth + 1)
                        + space(random));
            }
            return "{" + (size == 0 ? space(random) : String.join(",", parts)) + "}";
        }
        return SINGLES.get(random.nextInt(SINGLES.size()));
    }

    private static String space(Random random) {
        return SPACE.get(random.nextInt(SPACE.size()));
    }

    private static String someEdits(Random random) {
        List<String> edits = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            StringBuilder pointer = new StringBuilder();
            for (int step = random.nextInt(3); step >= 0; step--) {
                pointer.append('/').append(List.of("a", "b", "c", "ab", "").get(random.nextInt(5)));
            }
            edits.add(random.nextBoolean() ? "-" + pointer : pointer + "=" + SINGLES.get(random.nextInt(8)));
        }
        return String.join(" ", edits);
    }

    /** Edits such as {@code /a=1} and {@code -/a}. */
    private static JsonEdits edits(String text) {
        List<ValuePointer> removals = new ArrayList<>();
        List<JsonEdits.Setting> settings = new ArrayList<>();
        for (String edit : text.split(" ", -1)) {
            if (edit.startsWith("-")) {
                removals.add(ValuePointer.parse(edit.substring(1)));
            } else {
                String[] parts = edit.split("=", 2);
                JsonNode value = JsonEdits.asInBodies(JSON.readTree(parts[1]));
                settings.add(new JsonEdits.Setting(ValuePointer.parse(parts[0]), JsonValue.of(value)));
            }
        }
        return new JsonEdits(removals, List.of(), settings, List.of(), Integer.MAX_VALUE);
    }

    private static String filled(Template template, Template.Escape escape) {
        return template.fill(
                new RequestContext(
                        TestMessages.get("/"), Metadata.empty(), new Call("id", 1, Long.MAX_VALUE, new Cancellation())),
                escape);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
