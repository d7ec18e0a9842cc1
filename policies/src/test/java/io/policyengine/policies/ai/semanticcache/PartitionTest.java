package io.policyengine.policies.ai.semanticcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Random requests of which one thing differs: none gets the answer of the other, however near its question is. */
final class PartitionTest {
    private static final int TRIES = Boolean.getBoolean("tests.all") ? 10_000 : 2_000;
    private static final long SEED = 20_261_127;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> WORDS =
            List.of("what", "is", "the", "capital", "of", "france", "when", "does", "it", "rain", "who", "sings");

    /** A request by a client, before it is written. */
    private record Sent(String consumer, String path, ObjectNode body, List<String> headers) {
        Sent withBody(ObjectNode changed) {
            return new Sent(consumer, path, changed, headers);
        }
    }

    /** Ways in which a request may differ from another, but for its last message. */
    private static final List<BiFunction<Sent, Random, Sent>> MUTATIONS = List.of(
            (sent, random) -> new Sent(sent.consumer() + random.nextInt(9), sent.path(), sent.body(), sent.headers()),
            (sent, random) ->
                    new Sent(sent.consumer(), sent.path() + "?v=" + random.nextInt(), sent.body(), sent.headers()),
            (sent, random) -> new Sent(
                    sent.consumer(), sent.path(), sent.body(), List.of("openai-project", "p" + random.nextInt())),
            (sent, random) -> changed(sent, body -> body.put("model", "m" + random.nextInt())),
            (sent, random) -> changed(sent, body -> body.put("temperature", random.nextDouble())),
            (sent, random) -> changed(sent, body -> body.put("max_tokens", 1_000 + random.nextInt(1_000))),
            (sent, random) -> changed(sent, body -> body.put("seed", random.nextLong())),
            (sent, random) -> changed(sent, body -> body.put("user", "u" + random.nextInt())),
            (sent, random) -> changed(sent, body -> body.put("stream", true)),
            (sent, random) -> changed(
                    sent, body -> body.set("response_format", JSON.objectNode().put("type", "r" + random.nextInt()))),
            (sent, random) -> changed(sent, body -> tool(tools(body), "another", random)),
            (sent, random) ->
                    changed(sent, body -> ((ObjectNode) tools(body).get(0)).put("name", "n" + random.nextInt())),
            (sent, random) -> changed(sent, body -> tools(body).remove(0)),
            (sent, random) -> changed(sent, body -> body.put("tool_choice", "t" + random.nextInt())),
            (sent, random) ->
                    changed(sent, body -> ((ObjectNode) messages(body).get(0)).put("content", "s" + random.nextInt())),
            (sent, random) -> changed(sent, body -> messages(body).remove(0)),
            (sent, random) -> changed(sent, body -> messages(body).insert(1, message("user", words(random)))),
            (sent, random) -> changed(
                    sent, body -> ((ObjectNode) messages(body).get(1)).put("role", "assistant" + random.nextInt())),
            (sent, random) ->
                    changed(sent, body -> ((ObjectNode) messages(body).get(2)).put("content", "e" + random.nextInt())),
            (sent, random) -> changed(
                    sent,
                    body -> ((ObjectNode) messages(body).get(messages(body).size() - 1))
                            .put("name", "n" + random.nextInt())));

    @Test
    void noAnswerCrossesAPartition() {
        Random random = new Random(SEED);
        Conducted cache = new Conducted("with_tools: true\nmax_bytes: 67108864");
        int found = 0;
        for (int i = 0; i < TRIES; i++) {
            String question = words(random);
            Sent sent = request(i, question, random);
            learn(cache, sent, i);
            Sent other = MUTATIONS.get(i % MUTATIONS.size()).apply(similar(sent, question, random), random);

            Conducted.Exchange mutated = ask(cache, other);
            assertThat(mutated.isHit()).as("try %s: %s and %s", i, sent, other).isFalse();
            mutated.end(0, true, null);

            if (i % 10 == 0 && ask(cache, similar(sent, question, random)).isHit()) {
                found++;
            }
        }
        assertThat(found).as("of those that differ in nothing").isEqualTo(TRIES / 10);
    }

    private static void learn(Conducted cache, Sent sent, int number) {
        Conducted.Exchange first = ask(cache, sent);
        assertThat(first.isHit()).isFalse();
        first.answered(Conducted.answerOf("answer " + number));
    }

    private static Conducted.Exchange ask(Conducted cache, Sent sent) {
        return cache.send(
                sent.consumer(),
                sent.path(),
                sent.body().toString(),
                sent.headers().toArray(String[]::new));
    }

    /** The same question, or with its words in another order; its members in another order as well. */
    private static Sent similar(Sent sent, String question, Random random) {
        ObjectNode body = JSON.objectNode();
        sent.body().propertyNames().stream()
                .sorted()
                .forEach(name -> body.set(name, sent.body().get(name).deepCopy()));
        if (random.nextBoolean()) {
            List<String> words = new java.util.ArrayList<>(List.of(question.split(" ", -1)));
            java.util.Collections.shuffle(words, random);
            ((ObjectNode) messages(body).get(messages(body).size() - 1)).put("content", String.join(" ", words));
        }
        return sent.withBody(body);
    }

    private static Sent request(int number, String question, Random random) {
        ObjectNode body = JSON.objectNode().put("model", "model");
        if (random.nextBoolean()) {
            body.put("temperature", 0);
        }
        ArrayNode messages = body.putArray("messages");
        messages.add(message("system", "You help with " + words(random)));
        messages.add(message("user", words(random)));
        messages.add(message("assistant", words(random)));
        messages.add(message("user", question));
        tool(body.putArray("tools"), "search", random);
        tool(tools(body), "weather", random);
        return new Sent("consumer " + number, Conducted.CHAT, body, List.of());
    }

    private static ObjectNode message(String role, String content) {
        return JSON.objectNode().put("role", role).put("content", content);
    }

    private static void tool(ArrayNode tools, String name, Random random) {
        tools.addObject().put("type", "function").put("name", name).put("description", words(random));
    }

    private static Sent changed(Sent sent, java.util.function.Consumer<ObjectNode> change) {
        ObjectNode body = (ObjectNode) MAPPER.readTree(sent.body().toString());
        change.accept(body);
        return sent.withBody(body);
    }

    private static ArrayNode messages(ObjectNode body) {
        return (ArrayNode) body.get("messages");
    }

    private static ArrayNode tools(ObjectNode body) {
        return (ArrayNode) body.get("tools");
    }

    private static String words(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }
}
