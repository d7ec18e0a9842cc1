package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

final class JsonSplicesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> SINGLES = List.of(
            "0",
            "-1.5e+3",
            "12345678901234567890",
            "true",
            "null",
            "\"\"",
            "\"a\\\"\\\\b\"",
            "\"\\u006dodel\"",
            "\"ü€😀\"",
            "\"]},{[\"");

    @Test
    void everyPartStandsWhereItSays() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            String text = blank(random) + value(random, 4) + blank(random);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

            requirePlaces(JsonTexts.parts(bytes, () -> false), bytes, JSON.readTree(bytes));
        }
    }

    private static void requirePlaces(JsonPart part, byte[] bytes, JsonNode expected) {
        String written = new String(bytes, part.from(), part.to() - part.from(), StandardCharsets.UTF_8);
        assertThat(written).isEqualTo(written.strip());
        assertThat(JSON.readTree(written)).isEqualTo(expected);
        switch (part) {
            case JsonPart.Members object ->
                object.members()
                        .forEach((name, member) -> requirePlaces(member.value(), bytes, expected.required(name)));
            case JsonPart.Elements array -> {
                for (int i = 0; i < array.elements().size(); i++) {
                    requirePlaces(array.elements().get(i), bytes, expected.required(i));
                }
            }
            case JsonPart.Text string -> assertThat(string.value()).isEqualTo(expected.stringValue());
            case JsonPart.Single single -> assertThat(single.isNull()).isEqualTo(expected.isNull());
            case JsonPart.Unread _ -> throw new AssertionError("all is wanted");
        }
    }

    @Test
    void anyEditsGiveWhatTheyGiveInATree() throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 10_000; i++) {
            byte[] text = (blank(random) + container(random, 3) + blank(random)).getBytes(StandardCharsets.UTF_8);
            JsonNode tree = JSON.readTree(text);
            JsonSplices splices = new JsonSplices(text);

            JsonNode expected = edited(JsonTexts.parts(text, () -> false), tree, splices, random);

            assertThat(JSON.readTree(splices.applied()))
                    .as(() -> new String(text, StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatIsNotEditedStaysToTheByte() throws Exception {
        byte[] text = "{ \"a\" :1.0, \"b\":\t[ 1 ,2e0 ], \"c\":\"\\u0041\" }\n".getBytes(StandardCharsets.UTF_8);
        JsonPart.Members root = (JsonPart.Members) JsonTexts.parts(text, () -> false);
        JsonSplices splices = new JsonSplices(text);

        splices.addLast((JsonPart.Elements) root.get("b").orElseThrow(), JsonNodeFactory.instance.numberNode(3));
        splices.remove(root, "a");
        splices.set(root, "d", JsonNodeFactory.instance.stringNode("é"));

        assertThat(splices.applied())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{ \"b\":\t[ 1 ,2e0,3 ], \"c\":\"\\u0041\",\"d\":\"é\" }\n");
    }

    @Test
    void noEditIsTheSameText() throws Exception {
        byte[] text = {'{', '}'};

        assertThat(new JsonSplices(text).applied()).isSameAs(text);
    }

    /** Edits a part at random, and gives what the same does in a tree. */
    private static JsonNode edited(JsonPart part, JsonNode tree, JsonSplices splices, SplittableRandom random) {
        return switch (part) {
            case JsonPart.Members object -> object(object, tree, splices, random);
            case JsonPart.Elements array -> array(array, tree, splices, random);
            case JsonPart.Text _, JsonPart.Single _, JsonPart.Unread _ -> {
                if (random.nextInt(3) > 0) {
                    yield tree;
                }
                JsonNode value = JsonNodeFactory.instance.numberNode(random.nextInt());
                splices.replace(part, value);
                yield value;
            }
        };
    }

    private static JsonNode object(
            JsonPart.Members object, JsonNode tree, JsonSplices splices, SplittableRandom random) {
        ObjectNode expected = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonPart.Member> member : object.members().entrySet()) {
            if (random.nextInt(3) == 0) {
                splices.remove(object, member.getKey());
            } else {
                expected.set(
                        member.getKey(),
                        edited(member.getValue().value(), tree.required(member.getKey()), splices, random));
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            String name = "new \"" + i;
            splices.set(object, name, JsonNodeFactory.instance.numberNode(i));
            expected.put(name, i);
        }
        return expected;
    }

    private static JsonNode array(
            JsonPart.Elements array, JsonNode tree, JsonSplices splices, SplittableRandom random) {
        List<JsonNode> expected = new ArrayList<>();
        int first = random.nextInt(3);
        for (int i = 0; i < first; i++) {
            splices.addFirst(array, JsonNodeFactory.instance.numberNode(i));
            expected.add(JsonNodeFactory.instance.numberNode(i));
        }
        for (int i = 0; i < array.elements().size(); i++) {
            expected.add(edited(array.elements().get(i), tree.required(i), splices, random));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            splices.addLast(array, JsonNodeFactory.instance.stringNode("z"));
            expected.add(JsonNodeFactory.instance.stringNode("z"));
        }
        ArrayNode node = JsonNodeFactory.instance.arrayNode();
        return node.addAll(expected);
    }

    private static String value(SplittableRandom random, int depth) {
        return depth == 0 || random.nextBoolean()
                ? SINGLES.get(random.nextInt(SINGLES.size()))
                : container(random, depth);
    }

    private static String container(SplittableRandom random, int depth) {
        boolean isObject = random.nextBoolean();
        StringBuilder text = new StringBuilder(isObject ? "{" : "[").append(blank(random));
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ",").append(blank(random));
            if (isObject) {
                text.append("\"\\u006e\\\"")
                        .append(i)
                        .append('"')
                        .append(blank(random))
                        .append(':');
            }
            text.append(blank(random)).append(value(random, depth - 1)).append(blank(random));
        }
        return text.append(isObject ? "}" : "]").toString();
    }

    private static String blank(SplittableRandom random) {
        return " \n\t\r".substring(random.nextInt(4), 4).substring(random.nextInt(2));
    }
}
