package io.policyengine.policies.content.piiredaction;

import static io.policyengine.policies.content.DisguisedBodies.cut;
import static io.policyengine.policies.content.DisguisedBodies.post;
import static io.policyengine.policies.content.DisguisedBodies.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.policies.content.DisguisedBodies;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PiiRedactionTest {
    private static final PiiRedactionFactory FACTORY = new PiiRedactionFactory();
    private static final int CUTS_OF_EACH = Boolean.getBoolean("tests.all") ? 1_000 : 200;
    private static final String MASK = "custom: [{ name: employee, pattern: 'EMP-[0-9]{6}' }]";
    private static final String RESTORE =
            "{ action: tokenize, restore: true, custom: [{ name: note, pattern: 'N<[^>]*>' }] }";
    private static final Pattern TOKEN = Pattern.compile("PII_[A-Z_]+_[A-Z]{14}");

    /** Bodies with their types, and those parts of them that must be gone: a disguise in each. */
    private static final DisguisedBodies DISGUISED = new DisguisedBodies(
            List.of(
                    List.of(
                            "text/plain",
                            "x bob@example.com, 4111 1111 1111 1111; ４１１１１１１１１１１１１１１１ ٤١١١١١١١١١١١١١١١ 4\u200B111\u00AD1111–1111–1111 b\u200Bo\u200Bb\u200B@example.com EMP-123456 bob＠example。com"
                                    .replace("。", ".")),
                    List.of(
                            "application/json",
                            "{\"a\":\"bob\\u0040example.com\",\"b\":[\"411111111111\\u0031111\",4111111111111111],\"bob@example.com\":1.50,\"n\":\"EMP-\\u0031\\u003223456\"}"),
                    List.of(
                            "application/json",
                            "{\"content\":[{\"text\":\"card 4111 1111\",\"type\":\"text\"},{\"text\":\" 1111 1111 is\"}],\"n\":1.0}"),
                    List.of(
                            "application/json",
                            "{\"arguments\":\"{\\\"to\\\":\\\"bob\\\\u0040example.com\\\",\\\"n\\\":[1,2.0]}\"}"),
                    List.of("text/plain", "{\"a\":\"bob\\u0040example.com\"}"),
                    List.of(
                            "application/x-www-form-urlencoded",
                            "a=b%6Fb%40example.com&c=4111+1111+1111+1111&bob%40example.com=1"),
                    List.of(
                            "multipart/form-data; boundary=b",
                            "--b\r\nContent-Type: application/json\r\n\r\n{\"a\":\"bob\\u0040example.com\"}\r\n--b\r\n"
                                    + "Content-Transfer-Encoding: quoted-printable\r\n\r\n4111=201111 11=\r\n11 1111\r\n--b--"),
                    List.of(
                            "text/event-stream",
                            delta("a bo") + ": note\n\n" + delta("b@exam") + delta("ple.com 4111 ")
                                    + delta("1111 1111 1111 b") + "data: [DONE]\n\n"),
                    List.of(
                            "text/event-stream",
                            block("4111-1111") + block("-1111-1111")
                                    + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"),
                    List.of(
                            "application/x-ndjson",
                            "{\"response\":\"bob@exa\"}\n{\"response\":\"mple.com\"}\n{\"response\":\" x\",\"n\":4111111111111111}")),
            CUTS_OF_EACH);

    @Test
    void masksTheSameInRandomCuts() {
        DISGUISED.assertMaskedAlike(
                PolicyTester.of(FACTORY, MASK),
                whole -> assertThat(whole)
                        .containsAnyOf("[EMAIL]", "[CREDIT_CARD]", "%5BEMAIL%5D")
                        .doesNotContain("bob", "\"EMP", "1111 1", "1111-1", "１", "١", "6Fb", "u0040", "3456", "exam"));
    }

    @Test
    void redactsResponsesAlike() {
        PolicyTester tester = PolicyTester.of(FACTORY, MASK);
        for (List<String> disguised : DISGUISED.bodies()) {
            ResponseView response = TestMessages.response(200, "content-type", disguised.getFirst());
            Buffer body = Buffer.buffer(disguised.getLast());
            Buffer whole = tester.request(post(disguised.getFirst()).withBody(body))
                    .request()
                    .body();
            RequestRun before = tester.request(TestMessages.get("/"));

            assertThat(tester.response(response.withBody(body), before)
                            .response()
                            .body())
                    .isEqualTo(whole);
            assertThat(tester.responseChunks(response, before, cut(body, new Random(5)))
                            .joined())
                    .isEqualTo(whole);
        }
    }

    /** The tokens that a request was given, in order. */
    private static List<String> tokens(RequestRun run) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(sent(run));
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        return tokens;
    }

    /** An event of Anthropic's. */
    private static String block(String text) {
        return """
                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}

                """.formatted(text);
    }

    /** An event of OpenAI's. */
    private static String delta(String content) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"}}]}\n\n";
    }

    @Test
    void putsTokensBackWhereverAStreamIsCut() {
        PolicyTester tester = PolicyTester.of(FACTORY, RESTORE);
        RequestRun request =
                tester.request(post("text/plain").withBody(Buffer.buffer("bob@example.com and N<a \"b\"\\\n>")));
        List<String> tokens = tokens(request);
        assertThat(sent(request)).isEqualTo(tokens.getFirst() + " and " + tokens.getLast());
        String answer = "Dear " + tokens.getFirst() + ", PII_ " + tokens.getLast() + tokens.getFirst() + " P";
        Random random = new Random(1);

        for (int i = 0; i < 10 * CUTS_OF_EACH; i++) {
            int first = random.nextInt(answer.length());
            int second = first + random.nextInt(answer.length() - first);
            Buffer stream = Buffer.buffer(delta(answer.substring(0, first)) + delta(answer.substring(first, second))
                    + delta(answer.substring(second)) + "data: [DONE]\n\n");
            Buffer after = tester.responseChunks(
                            TestMessages.response(200, "content-type", "text/event-stream"),
                            request,
                            cut(stream, random))
                    .joined();

            assertThat(said(after)).isEqualTo("Dear bob@example.com, PII_ N<a \\\"b\\\"\\\\\\u000A>bob@example.com P");
            assertThat(after.toString()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void anEventWithWhoseEndNothingBeginsGoesOnAtOnce() {
        PolicyTester tester = PolicyTester.of(FACTORY, "{ entities: [credit_card, iban, api_key, jwt], action: mask }");
        // An IBAN of Belarus may begin with it.
        String held = delta(" by");

        List<Buffer> chunks = tester.responseChunks(
                        TestMessages.response(200, "content-type", "text/event-stream"),
                        tester.request(TestMessages.get("/")),
                        List.of(
                                Buffer.buffer(delta("They")),
                                Buffer.buffer(delta(" walked")),
                                Buffer.buffer(held),
                                Buffer.buffer(delta(" foot\u0301"))))
                .chunks();

        assertThat(chunks.stream().map(Buffer::toString).toList())
                .startsWith(delta("They"), delta(" walked"), "", held + delta(" foot\u0301"));
    }

    /** The deltas of a stream, joined. */
    private static String said(Buffer stream) {
        StringBuilder said = new StringBuilder();
        Matcher matcher = Pattern.compile("\"content\":\"((?:[^\"\\\\]|\\\\.)*)\"}}]}\n\n")
                .matcher(stream.toString());
        while (matcher.find()) {
            said.append(matcher.group(1));
        }
        return said.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "application/x-www-form-urlencoded"})
    void tokensOfARequestInChunksComeBackAsTheirPlaceDemands(String type) {
        PolicyTester tester = PolicyTester.of(FACTORY, RESTORE);
        List<Buffer> chunks = cut(Buffer.buffer("x bob@example.com y bob@example.com N<\"> z"), new Random(3));
        var run = tester.requestChunks(post("text/plain"), chunks);
        String sent = run.joined().toString();
        assertThat(sent).doesNotContain("bob");
        String body = switch (type) {
            case "application/json" -> "{\"q\":\"" + sent + "\",\"arguments\":\"{\\\"q\\\":\\\"" + sent + "\\\"}\"}";
            case "application/x-www-form-urlencoded" -> "q=" + sent.replace(' ', '+');
            default -> sent;
        };

        String after = String.valueOf(tester.response(
                        TestMessages.response(200, "content-type", type).withBody(Buffer.buffer(body)), run.headers())
                .response()
                .body());

        assertThat(after)
                .isEqualTo(
                        switch (type) {
                            case "application/json" ->
                                "{\"q\":\"x bob@example.com y bob@example.com N<\\\"> z\",\"arguments\":"
                                        + "\"{\\\"q\\\":\\\"x bob@example.com y bob@example.com N<\\\\\\\"> z\\\"}\"}";
                            case "application/x-www-form-urlencoded" ->
                                "q=x+bob%40example.com+y+bob%40example.com+N%3C%22%3E+z";
                            default -> "x bob@example.com y bob@example.com N<\"> z";
                        });
    }

    @Test
    void noTokenOfAnotherExchangeComesBackAndNoForgedOne() {
        PolicyTester tester = PolicyTester.of(FACTORY, RESTORE);
        RequestRun ofBob = tester.request(post("text/plain").withBody(Buffer.buffer("bob@example.com")));
        String token = tokens(ofBob).getFirst();
        RequestRun ofEve = tester.request(post("text/plain")
                .withBody(Buffer.buffer("say " + token + " and PII_EMAIL_BBBBBBBBBBBBBB, eve@example.com")));
        String own = tokens(ofEve).getLast();

        assertThat(sent(ofEve)).contains(token);
        String forged = "PII_EMAIL_BBBBBBBBBBBBBB " + token + " " + own.substring(0, own.length() - 1) + " "
                + own.toLowerCase(Locale.ROOT);
        assertThat(echoed(tester, ofEve, forged)).isEqualTo(forged);
        assertThat(echoed(tester, ofEve, own)).isEqualTo("eve@example.com");
        assertThat(echoed(tester, ofBob, token)).isEqualTo("bob@example.com");
        assertThat(own).isNotEqualTo(token);
        RequestRun again = tester.request(post("text/plain").withBody(Buffer.buffer("bob@example.com")));
        assertThat(tokens(again).getFirst()).isNotEqualTo(token);
    }

    private static String echoed(PolicyTester tester, RequestRun before, String body) {
        Buffer after = tester.response(
                        TestMessages.response(200, "content-type", "text/plain").withBody(Buffer.buffer(body)), before)
                .response()
                .body();
        return String.valueOf(after);
    }

    @Test
    void aResponseIsReadOnlyWhereThereIsSomethingToPutBack() {
        PolicyTester tester = PolicyTester.of(FACTORY, RESTORE);
        RequestRun without = tester.request(post("text/plain").withBody(Buffer.buffer("nothing of note")));
        RequestRun with = tester.request(post("text/plain").withBody(Buffer.buffer("bob@example.com")));
        ResponseView malformed =
                TestMessages.response(200, "content-type", "application/json").withBody(Buffer.buffer("{\"a"));

        assertThat(tester.response(malformed, without).response()).isEqualTo(malformed);
        assertThat(tester.response(malformed, with).response().status()).isEqualTo(502);
    }

    @Test
    void valuesEndWithTheirExchange() {
        PolicyTester tester = PolicyTester.of(FACTORY, RESTORE);
        RequestRun request = tester.request(post("text/plain").withBody(Buffer.buffer("bob@example.com")));
        String token = tokens(request).getFirst();

        tester.end(new ExchangeEnd(1, 200, false, null));

        assertThat(echoed(tester, request, token)).isEqualTo(token);
    }

    @Test
    void bothFlowsAndALaterConfigurationShareTheValuesOfAnExchange() {
        FakeEnvironment environment = new FakeEnvironment();
        PolicyTester requests = PolicyTester.of(FACTORY, RESTORE, environment);
        PolicyTester responses = PolicyTester.of(FACTORY, RESTORE, environment);
        RequestRun request = requests.request(post("text/plain").withBody(Buffer.buffer("bob@example.com")));

        assertThat(echoed(responses, request, tokens(request).getFirst())).isEqualTo("bob@example.com");
    }

    @Test
    void theValuesOfExchangesHaveABoundAndGiveTheirRoomBack() {
        PolicyTester tester = PolicyTester.of(FACTORY, RESTORE);
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 7_000; i++) {
            many.append("bob").append(i).append("@example.com ");
        }
        RequestView large = post("text/plain").withBody(Buffer.buffer(many.toString()));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> tester.request(large))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));

        RequestView half = post("text/plain").withBody(Buffer.buffer(many.substring(0, many.length() / 2)));
        tester.end(new ExchangeEnd(1, 503, true, null));
        for (int exchange = 2; exchange < 40; exchange++) {
            tester.request(half);
            tester.end(new ExchangeEnd(exchange, 200, false, null));
        }
        for (int exchange = 0; exchange < 4; exchange++) {
            tester.request(half);
        }
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> {
                    for (int exchange = 0; exchange < 4; exchange++) {
                        tester.request(half);
                    }
                })
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
    }

    @Test
    void digestsTellEqualValuesByTheKeyAlone() {
        RequestView request =
                post("text/plain").withBody(Buffer.buffer("bob@example.com ｂｏｂ@example.com amy@example.com"));
        String[] one = words(
                PolicyTester.of(FACTORY, "{ action: hash, hash_key: one }").request(request));
        String[] same = words(
                PolicyTester.of(FACTORY, "{ action: hash, hash_key: one }").request(request));
        String[] other = words(
                PolicyTester.of(FACTORY, "{ action: hash, hash_key: other }").request(request));

        assertThat(one[0]).matches("\\[EMAIL:[0-9a-f]{16}]").isEqualTo(one[1]).isNotEqualTo(one[2]);
        assertThat(same).isEqualTo(one);
        assertThat(other[0]).isNotEqualTo(one[0]);
    }

    private static String[] words(RequestRun run) {
        return sent(run).split(" ", -1);
    }

    @Test
    void withoutAKeyDigestsOutliveAReload() {
        RequestView request = post("text/plain").withBody(Buffer.buffer("bob@example.com"));
        FakeEnvironment environment = new FakeEnvironment();

        String first =
                words(PolicyTester.of(FACTORY, "action: hash", environment).request(request))[0];

        assertThat(words(PolicyTester.of(FACTORY, "action: hash", environment).request(request))[0])
                .isEqualTo(first);
    }

    @Test
    void aSecretThatIsLongerThanIsHeldIsRedactedToItsEnd() {
        String token = "eyJhbGciOiJIUzI1NiJ9." + "a".repeat(60_000) + "." + "b".repeat(43);
        Buffer body = Buffer.buffer("see " + token + " here");
        for (String params : List.of("action: mask", "{ action: hash, hash_key: k }", "action: tokenize")) {
            PolicyTester tester = PolicyTester.of(FACTORY, params);
            String whole = sent(tester.request(post("text/plain").withBody(body)));

            assertThat(whole).startsWith("see ").endsWith(" here").doesNotContain("aaa", "bbb");
            assertThat(whole.length()).isLessThan(200);
            if (!params.equals("action: tokenize")) {
                assertThat(tester.requestChunks(post("text/plain"), cut(body, new Random(2)))
                                .joined()
                                .toString())
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void standsInBothFlowsWhereItRestores() {
        assertThat(FACTORY.facts(params(RESTORE), Phase.REQUEST).facts()).contains(Fact.STANDS_IN_BOTH_FLOWS);
        assertThat(FACTORY.facts(params(MASK), Phase.REQUEST).facts()).doesNotContain(Fact.STANDS_IN_BOTH_FLOWS);
    }

    private static PiiRedactionParams params(String yaml) {
        boolean restores = yaml.contains("restore: true");
        return new PiiRedactionParams(
                List.of(PiiRedactionParams.Kind.EMAIL),
                List.of(),
                restores ? PiiRedactionParams.Action.TOKENIZE : PiiRedactionParams.Action.MASK,
                restores,
                new OptionalStrings(List.of()),
                false,
                null,
                DenialFormat.JSON);
    }
}
