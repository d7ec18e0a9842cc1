package io.policyengine.policies.message.transformbody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.testkit.policy.ChunkProperty;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TransformBodyTest {
    private static final TransformBodyFactory FACTORY = new TransformBodyFactory();

    private static RequestView json(String body) {
        return TestMessages.get("/", "content-type", "application/json").withBody(Buffer.buffer(body));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "body: x | NONE",
                "json: { remove: [ /a ] } | BUFFERED",
                "replace: [ { text: a } ] | BUFFERED_OR_STREAMING",
                "replace: [ { text: a }, { pattern: b } ] | BUFFERED",
                "{ replace: [ { text: a } ], json: { remove: [ /a ] } } | BUFFERED",
            })
    void needsOfTheBodyWhatItsParametersDemand(String params, BodyNeed need) {
        var tester = PolicyTester.of(FACTORY, params);

        assertThat(tester.bodyNeed(Phase.REQUEST)).isEqualTo(need);
        assertThat(tester.bodyNeed(Phase.RESPONSE)).isEqualTo(need);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ { text: ab, with: '*' } ]",
                "[ { text: aab, with: ba }, { text: bab, with: '' }, { text: aa, with: abab } ]",
                "[ { text: \"\\r\\n\", with: \"\\n\" }, { text: \"\\n\\n\", with: '|' } ]",
                "[ { text: ü, with: ue }, { text: '😀', with: ':)' } ]",
                "[ { text: a, with: aa }, { text: aaaa, with: a } ]",
            })
    void doesTheSameWhereverABodyIsCut(String rules) {
        Random random = new Random(20270131);
        String[] chunks = {"a", "b", "ab", "\r", "\n", "\r\n", "ü", "😀", "\u00e9", "data: "};
        for (int i = 0; i < 20; i++) {
            Buffer body = Buffer.buffer();
            random.ints(random.nextInt(60), 0, chunks.length).forEach(at -> body.appendString(chunks[at]));
            if (i % 2 == 0) {
                body.appendByte((byte) random.nextInt()).appendByte((byte) 0xff);
            }

            ChunkProperty.holds(FACTORY, "{ replace: " + rules + " }", TestMessages.get("/"), body);
            ChunkProperty.holds(FACTORY, "{ replace: " + rules + " }", TestMessages.response(200), body);
        }
    }

    @Test
    void worksOnLargeBodiesBesideTheEventLoop() {
        String large = "{\"a\": \"" + "x".repeat(64 * 1024) + "\"}";
        for (String params :
                List.of("json: { remove: [ /a ] }", "replace: [ { pattern: 'x+' } ]", "replace: [ { text: xx } ]")) {
            var tester = PolicyTester.of(FACTORY, params);
            tester.environment().holdBlocking();

            assertThat(tester.requestLater(json("{\"a\": 1}"), Metadata.empty()).isComplete())
                    .isTrue();
            var later = tester.requestLater(json(large), Metadata.empty());
            assertThat(later.isComplete()).as(params).isFalse();
            tester.environment().runHeld();
            assertThat(later.result().request().body()).as(params).matches(body -> body != null && body.length() < 20);
        }
    }

    @Test
    void deniesWhatIsNoJsonFromBesideTheEventLoopToo() {
        var tester = PolicyTester.of(FACTORY, "json: { remove: [ /a ] }");
        String large = "[".repeat(65 * 1024);

        assertThat(tester.request(json(large)).denial().status()).isEqualTo(400);
    }

    @Test
    void failsWhereTheWorkCannotBeDone() {
        var tester = PolicyTester.of(FACTORY, "json: { remove: [ /a ] }");
        tester.environment().failBlocking(new IllegalStateException("no threads"));

        var run = tester.requestLater(json("[" + " ".repeat(65 * 1024) + "]"), Metadata.empty());

        assertThat(run.cause()).hasMessage("no threads");
    }

    @Test
    void boundsTheDepthOfJson() {
        var tester = PolicyTester.of(FACTORY, "json: { remove: [ /a ] }");
        String deep = "[".repeat(500) + "]".repeat(500);

        assertThat(tester.request(json(deep)).isDenied()).isFalse();
        assertThat(tester.request(json("[" + deep + "]")).denial().status()).isEqualTo(400);
    }

    @Test
    void boundsThePointersOfParameters() {
        String deep = "/a".repeat(100);

        var run = PolicyTester.of(FACTORY, "json: { set: { " + deep + ": 1 } }").request(json("{}"));

        assertThat(String.valueOf(run.request().body()))
                .startsWith("{\"a\":{\"a\":")
                .endsWith("1" + "}".repeat(100));
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> PolicyTester.of(FACTORY, "json: { set: { " + deep + "/a: 1 } }"));
    }

    @Test
    void boundsTheNumberOfRules() {
        String rules = "{ text: a }, ".repeat(100);

        assertThat(PolicyTester.of(FACTORY, "replace: [ " + rules + " ]")).isNotNull();
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> PolicyTester.of(FACTORY, "replace: [ " + rules + " { text: a } ]"))
                .withMessageContaining("at most 100");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": [0], \"n\": 1e99999999999999999999}",
                "{\"a\": [0], \"n\": \u0000}",
                "{\"n\": 01}",
                "\ufeff{\"n\": 1",
            })
    void refusesJsonThatCannotBeWrittenAgain(String body) {
        var tester = PolicyTester.of(FACTORY, "json: { set: { /a/0: 1 } }");

        assertThat(tester.request(json(body)).denial().status()).isEqualTo(400);
    }

    @Test
    void refusesJsonThatIsNoUtf8() {
        var tester = PolicyTester.of(FACTORY, "json: { set: { /a: 1 } }");
        var request = json("").withBody(Buffer.buffer(Octets.toBytes("{\"b\": \"\u00ff\"}")));

        assertThat(tester.request(request).denial().status()).isEqualTo(400);
    }

    @Test
    void saysNothingOfTheBodyInAFailure() {
        var tester = PolicyTester.of(FACTORY, "json: { remove: [ /a ] }");
        var response = TestMessages.response(200, "content-type", "application/json")
                .withBody(Buffer.buffer("{\"secret\": hidden}"));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(
                        () -> tester.response(response, TestMessages.get("/"), TestMessages.get("/"), Metadata.empty()))
                .withMessageContaining("line 1")
                .withMessageNotContaining("hidden")
                .withMessageNotContaining("secret")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_RESPONSE));
    }

    @Test
    void asksForNothingIfNothingChanges() {
        var tester = PolicyTester.of(FACTORY, "{ replace: [ { text: x } ], json: { set: { /a: 1 } } }");

        assertThat(tester.request(json("{ \"a\" : 1 }")).outcome().instructions())
                .isEmpty();
    }

    @Test
    void sharesNothingBetweenExchanges() {
        var tester = PolicyTester.of(FACTORY, "json: { set: { /a: { list: [ 1 ] }, /a/list/-: 2 } }");
        var texts = PolicyTester.of(FACTORY, "replace: [ { text: abc, with: x } ]");
        List<Buffer> chunks = List.of(Buffer.buffer("1ab"), Buffer.buffer("c2ab"));

        List<String> results = IntStream.range(0, 1000)
                .parallel()
                .mapToObj(_ -> tester.request(json("{}")).request().body() + " "
                        + texts.requestChunks(TestMessages.get("/"), chunks).joined())
                .distinct()
                .toList();

        assertThat(results).containsExactly("{\"a\":{\"list\":[1,2]}} 1x2ab");
    }
}
