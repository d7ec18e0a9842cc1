package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.costlimit.CostLimitFactory;
import io.policyengine.policies.ai.mcpaccess.McpAccessFactory;
import io.policyengine.policies.ai.modelaccess.ModelAccessFactory;
import io.policyengine.policies.ai.promptdecorator.PromptDecoratorFactory;
import io.policyengine.policies.ai.shared.modelapi.UsageReader;
import io.policyengine.policies.ai.tokenbasedratelimit.TokenBasedRateLimitFactory;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.graphqlprotection.GraphqlProtectionFactory;
import io.policyengine.policies.content.jsonschemavalidation.JsonSchemaValidationFactory;
import io.policyengine.policies.content.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.content.piiredaction.PiiRedactionFactory;
import io.policyengine.policies.content.requestvalidation.RequestValidationFactory;
import io.policyengine.policies.content.shared.texts.BodyOutcome;
import io.policyengine.policies.content.shared.texts.BodyTexts;
import io.policyengine.policies.content.shared.texts.ContentShape;
import io.policyengine.policies.content.shared.texts.LogicalText;
import io.policyengine.policies.content.shared.texts.TextPlace;
import io.policyengine.policies.content.virusscan.VirusScanFactory;
import io.policyengine.policies.message.transformbody.TransformBodyFactory;
import io.policyengine.testkit.format.JsonTypeSpellings;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All policies that read JSON refuse the same bodies, and see the same names and texts in the others. */
class JsonReadersAgreeTest {
    /** A reader of another house, as strict as it can be made. */
    private static final JsonMapper JACKSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Policies that read a body which is any JSON. */
    private static final List<Reading> READINGS = List.of(
            reading(
                    "jsonThreatProtection",
                    new JsonThreatProtectionFactory(),
                    "{max_depth: 500, max_members: 1000000, max_name_bytes: 50000, max_number_digits: 1000}"),
            reading("jsonSchemaValidation", new JsonSchemaValidationFactory(), "schema: true"),
            reading("transformBody in one pass", new TransformBodyFactory(), "json: {remove: [/absent]}"),
            reading("transformBody as a tree", new TransformBodyFactory(), "json: {rename: {/absent: other}}"),
            reading("contentFilter", new ContentFilterFactory(), "words: [no such word]"),
            reading("piiRedaction", new PiiRedactionFactory(), "entities: [iban]"),
            new Reading("virusScan", virusScan(), "/", "", ""),
            new Reading("requestValidation", requestValidation(), "/a", "", ""));

    /** Policies that read a body of one form, around any JSON. */
    private static final List<Reading> WRAPPED = List.of(
            new Reading(
                    "modelAccess",
                    PolicyTester.of(new ModelAccessFactory(), "allow: [m]"),
                    "/v1/chat/completions",
                    "{\"model\":\"m\",\"messages\":[],\"x\":",
                    "}"),
            new Reading(
                    "promptDecorator",
                    PolicyTester.of(new PromptDecoratorFactory(), "prepend: [{text: Be kind}]"),
                    "/v1/chat/completions",
                    "{\"model\":\"m\",\"messages\":[],\"x\":",
                    "}"),
            new Reading(
                    "tokenBasedRateLimit",
                    PolicyTester.of(new TokenBasedRateLimitFactory(), "limits: [{tokens: 900000000000, per: minute}]"),
                    "/v1/chat/completions",
                    "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[],\"x\":",
                    "}"),
            new Reading(
                    "costLimit",
                    PolicyTester.of(
                            new CostLimitFactory(),
                            "{limits: [{amount: 900000, per: day}], prices: {'*': {input: 1, output: 1}}}"),
                    "/v1/chat/completions",
                    "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[],\"x\":",
                    "}"),
            new Reading(
                    "mcpAccess",
                    PolicyTester.of(new McpAccessFactory(), "tools: {deny: [no_such_tool]}"),
                    "/mcp",
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/other\",\"params\":{\"x\":",
                    "}}"),
            new Reading(
                    "graphqlProtection",
                    PolicyTester.of(new GraphqlProtectionFactory(), ""),
                    "/graphql",
                    "{\"query\":\"{ a }\",\"variables\":{\"x\":",
                    "}}"));

    /** A policy, and what stands around the JSON in its body. */
    private record Reading(String name, PolicyTester policy, String path, String before, String behind) {
        boolean passes(byte[] body) {
            return !run(body).isDenied();
        }

        RequestRun run(byte[] body) {
            return run("application/json", body);
        }

        RequestRun run(String type, byte[] body) {
            Buffer whole = Buffer.buffer(before).appendBytes(body).appendString(behind);
            RequestView post =
                    TestMessages.request("POST", path, HeaderMap.of("content-type", type), TestMessages.CLIENT_ADDRESS);
            return policy.request(post.withBody(whole));
        }
    }

    private static Reading reading(String name, PolicyFactory<?> factory, String params) {
        return new Reading(name, PolicyTester.of(factory, params), "/", "", "");
    }

    private static PolicyTester virusScan() {
        FakeEnvironment environment = new FakeEnvironment();
        environment.useByteTarget("clamd:3310").serve(() -> {
            AtomicInteger commands = new AtomicInteger();
            return sent -> sent.toString(StandardCharsets.ISO_8859_1).endsWith("\0\0\0\0")
                    ? Buffer.buffer(commands.incrementAndGet() + ": stream: OK\0")
                    : Buffer.buffer();
        });
        return PolicyTester.of(
                new VirusScanFactory(), "{scanner: clamd, address: 'clamd:3310', json_base64: true}", environment);
    }

    private static PolicyTester requestValidation() {
        FakeEnvironment environment = new FakeEnvironment();
        environment.writeFile("api.yaml", """
                openapi: 3.1.0
                paths:
                  /a:
                    post:
                      requestBody:
                        content:
                          "*/*": { schema: {} }
                """);
        return PolicyTester.of(new RequestValidationFactory(), "openapi_file: api.yaml", environment);
    }

    static Stream<String> types() {
        return JsonTypeSpellings.json();
    }

    /** Refuses a body that only a reader of JSON refuses. */
    @ParameterizedTest
    @MethodSource("types")
    void takeTheSameTypesForJson(String type) {
        byte[] fine = "{\"a\":1}".getBytes(StandardCharsets.US_ASCII);
        byte[] wrong = "{\"a\":1,\"a\":2,}".getBytes(StandardCharsets.US_ASCII);

        assertThat(Stream.concat(READINGS.stream(), WRAPPED.stream())
                        .filter(reading -> reading.run(type, fine).isDenied()
                                || !reading.run(type, wrong).isDenied())
                        .map(Reading::name))
                .isEmpty();
        assertThat(usage(type)).isEqualTo(7);
    }

    static Stream<String> otherTypes() {
        return JsonTypeSpellings.other();
    }

    /** Some refuse every body of these types, and none reads it as JSON that must be well-formed. */
    @ParameterizedTest
    @MethodSource("otherTypes")
    void takeNoOtherTypeForJson(String type) {
        byte[] fine = "{\"a\":1}".getBytes(StandardCharsets.US_ASCII);
        byte[] wrong = "{\"a\":1,\"b\":2,}".getBytes(StandardCharsets.US_ASCII);

        assertThat(READINGS.stream()
                        .filter(reading -> reading.run(type, wrong).isDenied()
                                != reading.run(type, fine).isDenied())
                        .map(Reading::name))
                .isEmpty();
        assertThat(usage(type)).isNotEqualTo(7);
    }

    /** The tokens that budgets find in an answer of this type. */
    private static long usage(String type) {
        Buffer answer = Buffer.buffer("{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}");
        return new UsageReader(new FakeEnvironment(), HeaderMap.of("content-type", type))
                .take(new Call("r", 1, Long.MAX_VALUE, new Cancellation()), answer, true)
                .result()
                .total();
    }

    @Test
    void refuseTheSameBodies() {
        Map<String, Object> otherwise = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> body : HostileJson.BODIES.entrySet()) {
            boolean isRead = isRead(body.getValue());
            List<String> wrong = Stream.concat(READINGS.stream(), WRAPPED.stream())
                    .filter(reading -> reading.passes(body.getValue()) != isRead)
                    .map(Reading::name)
                    .toList();
            if (!wrong.isEmpty()) {
                otherwise.put(body.getKey() + (isRead ? " is refused by" : " passes"), wrong);
            }
        }
        assertThat(otherwise).isEmpty();
    }

    private static boolean isRead(byte[] body) {
        try {
            JsonTexts.check(body, () -> false);
            return true;
        } catch (JsonFault fault) {
            return false;
        }
    }

    static Stream<JsonCorpus.Named> bodies() {
        return JsonCorpus.bodies();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void seeTheSameNamesAndTexts(JsonCorpus.Named text) throws JsonFault {
        compare(text);
    }

    @Test
    void seeTheSameNamesAndTextsInTheOfficialSuiteOfJsonSchema() throws JsonFault {
        for (JsonCorpus.Named text : JsonCorpus.suite()) {
            compare(text);
        }
    }

    private static void compare(JsonCorpus.Named text) throws JsonFault {
        byte[] body = text.bytes();
        JsonNode tree = JACKSON.readTree(body);
        List<String> seen = seenIn(tree);

        assertThat(seenIn(JsonTexts.read(body, () -> false))).isEqualTo(seen);
        assertThat(seenIn(JsonTexts.parts(body, () -> false))).isEqualTo(seen);
        assertThat(searchedIn(body))
                .containsAll(seen.stream().map(JsonReadersAgreeTest::asSearched).toList());
        for (Reading reading : READINGS) {
            RequestRun run = reading.run(body);
            assertThat(run.isDenied()).as(reading.name()).isFalse();
            assertThat(JACKSON.readTree(
                            Objects.requireNonNull(run.request().body()).getBytes()))
                    .as(reading.name())
                    .isEqualTo(tree);
        }
        for (Reading reading : WRAPPED) {
            assertThat(reading.passes(body)).as(reading.name()).isTrue();
        }
    }

    /** Names and strings, in order. */
    private static List<String> seenIn(JsonNode tree) {
        List<String> seen = new ArrayList<>();
        if (tree.isString()) {
            seen.add(tree.stringValue());
        }
        tree.forEachEntry((name, value) -> {
            seen.add(name);
            seen.addAll(seenIn(value));
        });
        if (tree.isArray()) {
            tree.forEach(element -> seen.addAll(seenIn(element)));
        }
        return seen;
    }

    private static List<String> seenIn(JsonPart part) {
        List<String> seen = new ArrayList<>();
        switch (part) {
            case JsonPart.Text text -> seen.add(text.value());
            case JsonPart.Single _, JsonPart.Unread _ -> {}
            case JsonPart.Elements array -> array.elements().forEach(element -> seen.addAll(seenIn(element)));
            case JsonPart.Members object ->
                object.members().forEach((name, member) -> {
                    seen.add(name);
                    seen.addAll(seenIn(member.value()));
                });
        }
        return seen;
    }

    /** The texts that policies search, cut byte by byte: those of JSON in strings are among them. */
    private static List<String> searchedIn(byte[] body) {
        List<String> texts = new ArrayList<>();
        BodyTexts reader = new BodyTexts(
                ContentShape.of(HeaderMap.of("content-type", "application/json")),
                place -> {
                    StringBuilder text = new StringBuilder();
                    boolean isOfJson = place.kind() != TextPlace.Kind.PLAIN;
                    int[] read = {0};
                    return more -> {
                        read[0] = appended(text, more, read[0]);
                        if (isOfJson && more.isEnded()) {
                            texts.add(text.toString());
                        }
                    };
                },
                1 << 20);
        for (int i = 0; i <= body.length; i++) {
            boolean last = i == body.length;
            byte[] piece = last ? new byte[] {} : Arrays.copyOfRange(body, i, i + 1);
            assertThat(reader.take(piece, last, () -> false)).isInstanceOf(BodyOutcome.Passed.class);
        }
        return texts;
    }

    /** A half of a character is no character for a search. */
    private static String asSearched(String text) {
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0 : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Nothing is decided until the end, so the text stays whole. */
    private static int appended(StringBuilder into, LogicalText text, int from) {
        for (int i = from; i < text.length(); i++) {
            into.appendCodePoint(Math.max(0, text.codePointAt(i)));
        }
        return text.length();
    }
}
