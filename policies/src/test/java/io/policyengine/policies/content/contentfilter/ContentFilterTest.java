package io.policyengine.policies.content.contentfilter;

import static io.policyengine.policies.content.DisguisedBodies.cut;
import static io.policyengine.policies.content.DisguisedBodies.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.content.DisguisedBodies;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestChunkRun;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContentFilterTest {
    private static final ContentFilterFactory FACTORY = new ContentFilterFactory();
    private static final int CUTS_OF_EACH = Boolean.getBoolean("tests.all") ? 1_000 : 200;
    private static final String MASK =
            "{ words: [forbidden, 'top secret', über], patterns: ['[0-9]{4}-[0-9]{4}', 'k[a-z]+y'], action: mask, pattern_window: 16 }";

    /** Bodies with their types: a disguise in each. */
    private static final DisguisedBodies DISGUISED = new DisguisedBodies(
            List.of(
                    List.of(
                            "text/plain",
                            "x forbidden y f\u00ADorb\u200Bidden ｆｏｒbidden fоrbidden u\u0308ber TOP \n SECRET 1234-5678"),
                    List.of(
                            "application/json",
                            "{\"a\":\"for\\u0062idden\",\"b\":[\"keeey\",1234,\"12\\u00334-5678\"],\"top\\tsecret\":1}"),
                    List.of(
                            "application/json",
                            "{\"content\":[{\"text\":\"for\",\"type\":\"text\"},{\"text\":\"bidden\"}],\"n\":1.0}"),
                    List.of(
                            "application/json",
                            "{\"arguments\":\"{\\\"q\\\":\\\"forb\\\\u0069dden \\\\u00fcber\\\"}\"}"),
                    List.of("text/plain", "{\"a\":\"for\\u0062idden\"}"),
                    List.of(
                            "application/x-www-form-urlencoded",
                            "a=%66orbidde%6e&%C3%BCber=top+secret&k=%31%32%33%34-5678"),
                    List.of(
                            "multipart/form-data; boundary=b",
                            "--b\r\nContent-Type: application/json\r\n\r\n{\"a\":\"forb\\u0069dden\"}\r\n--b\r\n"
                                    + "Content-Transfer-Encoding: quoted-printable\r\n\r\nfor=\r\nbid=64en 1234-=35678\r\n--b--"),
                    List.of("text/event-stream", """
                    data: {"choices":[{"index":0,"delta":{"content":"a forb"}}]}

                    : k1y

                    data: {"choices":[{"index":0,"delta":{"content":"idden 1234"}}]}

                    data: {"choices":[{"index":0,"delta":{"content":"-56"}},{"index":1,"delta":{"content":"k"}}]}

                    data: {"choices":[{"index":0,"delta":{"content":"78 ke"}},{"index":1,"delta":{"content":"eey"}}]}

                    data: [DONE]

                    """),
                    List.of(
                            "text/event-stream",
                            "event: a\r\ndata: for\r\n\r\ndata: bidden top\r\ndata: secret\r\n\r\n"),
                    List.of(
                            "application/x-ndjson",
                            "{\"response\":\"for\"}\n{\"response\":\"bidden\"}\n{\"response\":\" keey\"}")),
            CUTS_OF_EACH);

    @Test
    void masksTheSameInRandomCuts() {
        DISGUISED.assertMaskedAlike(
                PolicyTester.of(FACTORY, MASK),
                whole -> assertThat(whole).contains("***").doesNotContain("1234-5678"));
    }

    @Test
    void nothingOfADeniedTextGoesOnInRandomCuts() {
        DISGUISED.assertDeniedAlike(
                PolicyTester.of(FACTORY, MASK.replace("action: mask", "action: deny")), PolicyTester.of(FACTORY, MASK));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"?\"}}]}"
                        + "|data: {\"error\":{\"message\":\"The response contains forbidden content\",\"type\":\"content_filter\",\"param\":null,\"code\":\"CONTENT_DENIED\"}}",
                "event: content_block_delta~data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"?\"}}"
                        + "|event: error~data: {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"The response contains forbidden content\",\"code\":\"CONTENT_DENIED\"}}",
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"?\"}]}}]}"
                        + "|data: {\"error\":{\"code\":502,\"message\":\"The response contains forbidden content\",\"status\":\"FAILED_PRECONDITION\"}}",
                "event: response.output_text.delta~data: {\"type\":\"response.output_text.delta\",\"item_id\":\"m\",\"output_index\":0,\"content_index\":0,\"delta\":\"?\"}"
                        + "|event: error~data: {\"type\":\"error\",\"code\":\"CONTENT_DENIED\",\"message\":\"The response contains forbidden content\",\"param\":null,\"error\":{\"message\":\"The response contains forbidden content\",\"type\":\"content_filter\",\"code\":\"CONTENT_DENIED\"}}",
                "data: ?|event: error~data: {\"error\":\"The response contains forbidden content\",\"code\":\"CONTENT_DENIED\"}"
            })
    void aStreamEndsWithAnErrorOfItsProvidersShapeAfterTheLastDecidedEvent(String event, String error) {
        PolicyTester tester = PolicyTester.of(FACTORY, "words: [forbidden]");
        String one = event.replace('~', '\n') + "\n\n";
        Buffer body = Buffer.buffer(one.replace("?", "fine ")
                + one.replace("?", "a for")
                + one.replace("?", "bid")
                + one.replace("?", "den b")
                + one.replace("?", "more"));
        ResponseView response = TestMessages.response(200, "content-type", "text/event-stream");
        String expected = one.replace("?", "fine ") + error.replace('~', '\n') + "\n\n";

        for (int seed = 0; seed < CUTS_OF_EACH; seed++) {
            Buffer after = tester.responseChunks(
                            response, tester.request(TestMessages.get("/")), cut(body, new Random(seed)))
                    .joined();
            assertThat(after.toString()).isEqualTo(expected);
        }
    }

    @Test
    void needsTheBodyOnlyWhereItIsSearched() {
        assertThat(PolicyTester.of(FACTORY, "{ words: a, where: [query, headers] }")
                        .bodyNeed(Phase.REQUEST))
                .isEqualTo(BodyNeed.NONE);
        assertThat(PolicyTester.of(FACTORY, "words: a").bodyNeed(Phase.REQUEST))
                .isEqualTo(BodyNeed.BUFFERED_OR_STREAMING);
    }

    @Test
    void readsLargeBodiesBesideTheEventLoop() {
        PolicyTester tester = PolicyTester.of(FACTORY, "words: [forbidden]");
        Buffer body = Buffer.buffer("a".repeat(70_000) + "forbidden");

        RequestRun run = tester.request(post("text/plain").withBody(body));

        assertThat(run.denial().status()).isEqualTo(403);
        assertThat(tester.environment().declared()).hasSize(1);
    }

    @Test
    void holdsNoMoreOfAStreamThanABound() {
        PolicyTester tester = PolicyTester.of(FACTORY, "words: [forbidden]");
        List<Buffer> endless = IntStream.range(0, 20)
                .mapToObj(i -> Buffer.buffer((i == 0 ? "data: " : "") + "x".repeat(60_000)))
                .toList();

        RequestChunkRun run = tester.requestChunks(post("text/event-stream"), endless);

        assertThat(run.denial().status()).isEqualTo(413);
        assertThat(run.joined().length()).isZero();
        assertThat(tester.request(post("text/event-stream").withBody(Buffer.buffer("data: " + "x".repeat(1 << 20))))
                        .denial()
                        .status())
                .isEqualTo(413);
    }

    @Test
    void aBodyThatNeedsMoreMemoryThanThereIsIsRefusedHoweverItComes() {
        FakeEnvironment environment = new FakeEnvironment();
        PolicyTester tester = PolicyTester.of(FACTORY, "words: [forbidden]", environment);
        Buffer body = Buffer.buffer("x".repeat(100_000));
        environment.failBlocking(new TooMuchMemoryException(1, 0));

        assertThat(tester.request(post("text/plain").withBody(body)).denial().status())
                .isEqualTo(413);
        assertThat(tester.requestChunks(post("text/plain"), List.of(body))
                        .denial()
                        .status())
                .isEqualTo(413);
    }

    @Test
    void hasNoMoreTextsAtOnceThanABound() {
        PolicyTester tester = PolicyTester.of(FACTORY, "words: [forbidden]");
        Buffer events = Buffer.buffer();
        for (int i = 0; i <= 256; i++) {
            events.appendString("data: {\"choices\":[{\"index\":" + i + ",\"delta\":{\"content\":\"f\"}}]}\n\n");
        }

        assertThat(tester.requestChunks(post("text/event-stream"), List.of(events))
                        .denial()
                        .status())
                .isEqualTo(413);
    }

    @Test
    void aPatternThatWouldReadABodyTooOftenDenies() {
        PolicyTester tester = PolicyTester.of(FACTORY, "{ patterns: ['a(.*b)?'], action: log, pattern_window: 4096 }");
        PolicyTester masks = PolicyTester.of(FACTORY, "{ patterns: ['a(.*b)?'], action: mask, pattern_window: 4096 }");
        RequestView request = post("text/plain").withBody(Buffer.buffer("a".repeat(60_000)));

        assertThat(tester.request(request).isDenied()).isFalse();
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> masks.request(request))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.POLICY_ERROR))
                .withMessageContaining("reads the body too often");
    }

    @Test
    void aResponseHasNoQuery() {
        PolicyTester tester = PolicyTester.of(FACTORY, "{ words: a, where: [body, query] }");
        ContentFilterParams params = new ContentFilterParams(
                null,
                null,
                ContentFilterParams.Action.DENY,
                "",
                403,
                List.of(ContentFilterParams.Where.BODY, ContentFilterParams.Where.QUERY),
                true,
                false,
                256,
                DenialFormat.JSON);

        assertThat(tester.bodyNeed(Phase.RESPONSE)).isEqualTo(BodyNeed.BUFFERED_OR_STREAMING);
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> FACTORY.check(params, Phase.RESPONSE))
                .withMessageContaining("/where/1");
    }
}
