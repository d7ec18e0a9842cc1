package io.policyengine.testkit.envoy;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.BUFFERED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.BUFFERED_PARTIAL;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.STREAMED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SEND;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SKIP;
import static io.policyengine.testkit.envoy.Answers.body;
import static io.policyengine.testkit.envoy.Answers.fitting;
import static io.policyengine.testkit.envoy.Answers.setting;
import static io.policyengine.testkit.envoy.Answers.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Bodies and trailers in BUFFERED, BUFFERED_PARTIAL and STREAMED, and CONTINUE_AND_REPLACE. */
class BodyAnswersTest extends SimFixture {
    private static final Upstream OK = Upstream.replying(200, "hello");

    @Test
    void sendsABufferedBodyAsOneMessage() {
        SimResult result = run(requests(BUFFERED).build(), agreeing(), SimRequest.post("/", "ab", "cd"), OK);

        assertThat(result.sentCases())
                .containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.REQUEST_BODY, RequestCase.RESPONSE_HEADERS);
        assertThat(result.sent().get(1).getRequestBody().getBody().toStringUtf8())
                .isEqualTo("abcd");
        assertThat(result.sent().get(1).getRequestBody().getEndOfStream()).isTrue();
        assertThat(result.reached().bodyText()).isEqualTo("abcd");
    }

    @Test
    void sendsNoBodyMessageWhenHeadersEndTheRequest() {
        SimResult result = run(requests(BUFFERED).build(), agreeing(), SimRequest.get("/"), OK);

        assertThat(result.sentCases()).doesNotContain(RequestCase.REQUEST_BODY);
    }

    @Test
    void sendsAnEmptyBodyMessageForAnEmptyChunkedBody() {
        SimResult result = run(requests(BUFFERED).build(), agreeing(), SimRequest.post("/", ""), OK);

        assertThat(result.sent().get(1).getRequestBody().getEndOfStream()).isTrue();
        assertThat(result.status()).isEqualTo(200);
    }

    @Test
    void marksABufferedBodyBeforeTrailersAsNotTheEnd() {
        FilterConfig config = FilterConfig.builder()
                .mode(mode -> mode.setRequestBodyMode(BUFFERED).setRequestTrailerMode(SEND))
                .build();

        SimResult result = run(config, agreeing(), SimRequest.post("/", "ab").withTrailers("x-t", "1"), OK);

        assertThat(result.sentCases())
                .containsExactly(
                        RequestCase.REQUEST_HEADERS,
                        RequestCase.REQUEST_BODY,
                        RequestCase.REQUEST_TRAILERS,
                        RequestCase.RESPONSE_HEADERS);
        assertThat(result.sent().get(1).getRequestBody().getEndOfStream()).isFalse();
        assertThat(result.reached()).isEqualTo(SimRequest.post("/", "ab").withTrailers("x-t", "1"));
    }

    @Test
    void mutatesTrailers() {
        FilterConfig config = FilterConfig.builder()
                .mode(mode -> mode.setRequestTrailerMode(SEND))
                .build();

        SimResult result = run(
                config,
                (message, out) -> out.answer(
                        message.hasRequestTrailers() ? fitting(message, setting("x-t", "2")) : fitting(message)),
                SimRequest.post("/", "ab").withTrailers("x-t", "1"),
                OK);

        assertThat(String.valueOf(result.reached().trailers())).isEqualTo("[x-t: 2]");
    }

    @Test
    void mutatesHeadersInTheAnswerToABufferedBody() {
        SimResult result = answerBody(BUFFERED, setting("x-a", "1"));

        assertThat(result.reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void refusesABufferedBodyThatContradictsContentLength() {
        SimResult result = run(
                requests(BUFFERED).build(),
                onRequestBody(body("longer")),
                SimRequest.post("/", "ab").withContentLength(),
                OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.details()).isEqualTo("mismatch_between_content_length_and_the_length_of_the_mutated_body");
        assertThat(result.upstream()).isNull();
    }

    @Test
    void refusesAClearedBodyThatContradictsContentLength() {
        SimResult result = run(
                requests(BUFFERED).build(),
                onRequestBody(common ->
                        common.setBodyMutation(BodyMutation.newBuilder().setClearBody(true))),
                SimRequest.post("/", "ab").withContentLength(),
                OK);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void acceptsABufferedBodyWithItsContentLength() {
        SimResult result = run(
                requests(BUFFERED).build(),
                onRequestBody(body("longer").andThen(setting("content-length", "6"))),
                SimRequest.post("/", "ab").withContentLength(),
                OK);

        assertThat(result.reached().bodyText()).isEqualTo("longer");
        assertThat(result.reached().header("content-length")).isEqualTo("6");
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void passesAStreamedResponseToABufferedBodyUnseenUnlessContentLengthIsThere() {
        Consumer<CommonResponse.Builder> wrong = common -> common.setBodyMutation(streamed("x", true));

        SimResult without = answerBody(BUFFERED, wrong);
        SimResult with = run(
                requests(BUFFERED).build(),
                onRequestBody(wrong),
                SimRequest.post("/", "ab").withContentLength(),
                OK);

        assertThat(without.reached().bodyText()).isEqualTo("abcd");
        assertThat(with.status()).isEqualTo(500);
    }

    @Test
    void answersABufferedRequestBeyondTheLimitItself() {
        SimResult result =
                run(requests(BUFFERED).bufferLimit(3).build(), agreeing(), SimRequest.post("/", "ab", "cd"), OK);

        assertThat(result.status()).isEqualTo(413);
        assertThat(result.details()).isEqualTo("request_payload_too_large");
    }

    @Test
    void answersABufferedResponseBeyondTheLimitWith500() {
        FilterConfig config = FilterConfig.builder()
                .mode(mode -> mode.setResponseBodyMode(BUFFERED))
                .bufferLimit(3)
                .build();

        SimResult result = run(config, agreeing(), SimRequest.get("/"), OK);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void forwardsHeadersAtOnceAndDropsContentLengthWhenOnlyTheBodyIsSent() {
        FilterConfig config = FilterConfig.builder()
                .mode(mode -> mode.setRequestHeaderMode(SKIP).setRequestBodyMode(BUFFERED))
                .build();

        SimResult result = run(
                config,
                onRequestBody(body("new").andThen(setting("x-a", "1"))),
                SimRequest.post("/", "ab").withContentLength(),
                OK);

        assertThat(result.sentCases()).first().isEqualTo(RequestCase.REQUEST_BODY);
        assertThat(result.sent().get(0).hasProtocolConfig()).isTrue();
        assertThat(result.reached().header("content-length")).isNull();
        assertThat(result.reached().header("x-a")).isNull();
        assertThat(result.reached().bodyText()).isEqualTo("new");
    }

    @Test
    void answersStreamedChunksByPosition() {
        List<ProcessingRequest> chunks = new ArrayList<>();
        TestProcessor.Script script = (message, out) -> {
            if (!message.hasRequestBody()) {
                out.answer(fitting(message));
                return;
            }
            chunks.add(message);
            if (chunks.size() == 3) {
                out.answer(fitting(message, body("1")), fitting(message), fitting(message, body("3")));
            }
        };

        SimResult result = run(requests(STREAMED).build(), script, SimRequest.post("/", "a", "b", "c"), OK);

        assertThat(chunks).hasSize(3);
        assertThat(chunks.getLast().getRequestBody().getEndOfStream()).isTrue();
        assertThat(result.reached().bodyText()).isEqualTo("1b3");
    }

    @Test
    void dropsStreamedChunksThatAreCleared() {
        SimResult result = answerBody(
                STREAMED,
                common -> common.setBodyMutation(BodyMutation.newBuilder().setClearBody(true)));

        assertThat(result.reached().bodyText()).isEmpty();
        assertThat(result.upstreamComplete()).isTrue();
    }

    @Test
    void ignoresHeaderMutationsInAnswersToChunks() {
        SimResult result = answerBody(STREAMED, setting("x-a", "1"));

        assertThat(result.reached().header("x-a")).isNull();
    }

    @Test
    void sendsAStreamedBodyThatIsCompleteAlreadyAsOneMessageWhoseHeaderMutationCounts() {
        TestProcessor processor = processor(onRequestBody(setting("x-a", "1")));
        EnvoySim sim = sim(EnvoySim.builder(vertx)
                .target(processor.address())
                .filter(requests(STREAMED).build())
                .bodyArrival(BodyArrival.WITH_HEADERS));

        SimResult result = Await.result(sim.exchange(SimRequest.post("/", "a", "b"), OK));

        assertThat(result.sent().get(1).getRequestBody().getBody().toStringUtf8())
                .isEqualTo("ab");
        assertThat(result.reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void skipsContentLengthInStreamedMode() {
        SimResult result = run(
                requests(STREAMED).build(),
                (message, out) -> out.answer(fitting(message, setting("content-length", "7"))),
                SimRequest.post("/", "ab").withContentLength(),
                OK);

        assertThat(result.reached().header("content-length")).isNull();
    }

    @Test
    void sendsChunksBeforeTheHeadersAnswerWhereConfigured() {
        List<ProcessingRequest> seen = new ArrayList<>();
        TestProcessor.Script script = (message, out) -> {
            seen.add(message);
            if (message.hasRequestBody() && message.getRequestBody().getEndOfStream()) {
                seen.forEach(earlier -> out.answer(fitting(earlier)));
            } else if (message.hasResponseHeaders()) {
                out.answer(fitting(message));
            }
        };

        SimResult result = run(
                requests(STREAMED).sendBodyWithoutWaitingForHeaderResponse(true).build(),
                script,
                SimRequest.post("/", "a", "b"),
                OK);

        assertThat(result.reached().bodyText()).isEqualTo("ab");
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void sendsTheFirstPartOfAPartiallyBufferedBody() {
        SimResult result = run(
                requests(BUFFERED_PARTIAL).bufferLimit(4).build(),
                onRequestBody(body("[part]").andThen(setting("x-a", "1"))),
                SimRequest.post("/", "ab", "cd", "ef").withContentLength(),
                OK);

        assertThat(result.sent().get(1).getRequestBody().getBody().toStringUtf8())
                .isEqualTo("abcd");
        assertThat(result.sent().get(1).getRequestBody().getEndOfStream()).isFalse();
        assertThat(result.reached().bodyText()).isEqualTo("[part]ef");
        assertThat(result.reached().header("x-a")).isEqualTo("1");
        assertThat(result.reached().header("content-length")).isNull();
    }

    @Test
    void sendsAPartiallyBufferedBodyThatFitsAsItsEnd() {
        SimResult result = answerBody(BUFFERED_PARTIAL, common -> {});

        assertThat(result.sent().get(1).getRequestBody().getEndOfStream()).isTrue();
        assertThat(result.reached().bodyText()).isEqualTo("abcd");
    }

    @Test
    void replacesARequestAndHearsNothingMoreOfIt() {
        TestProcessor.Script script = (message, out) -> out.answer(
                message.hasRequestHeaders()
                        ? fitting(
                                message,
                                setting(":method", "POST", "content-length", "99")
                                        .andThen(body("made up"))
                                        .andThen(c -> c.setStatus(ResponseStatus.CONTINUE_AND_REPLACE)))
                        : fitting(message));

        SimResult fromGet = run(requests(BUFFERED).build(), script, SimRequest.get("/"), OK);
        SimResult fromPost = run(
                requests(BUFFERED).build(), script, SimRequest.post("/", "old").withContentLength(), OK);

        assertThat(fromGet.reached().method()).isEqualTo("POST");
        assertThat(fromGet.reached().bodyText()).isEqualTo("made up");
        assertThat(fromPost.reached().bodyText()).isEqualTo("made up");
        assertThat(fromPost.reached().header("content-length")).isNull();
        assertThat(fromPost.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS);
        assertThat(fromPost.upstreamComplete()).isTrue();
    }

    @Test
    void passesTheBodyUnprocessedWhenReplaceHasNone() {
        SimResult result = run(
                requests(BUFFERED).build(),
                (message, out) ->
                        out.answer(fitting(message, common -> common.setStatus(ResponseStatus.CONTINUE_AND_REPLACE))),
                SimRequest.post("/", "ab"),
                OK);

        assertThat(result.reached().bodyText()).isEqualTo("ab");
        assertThat(result.sentCases()).doesNotContain(RequestCase.REQUEST_BODY);
    }

    @Test
    void reportsAnEarlyReplyOfTheUpstream() {
        SimResult result = run(
                requests(STREAMED).build(),
                (message, out) -> {
                    if (!message.hasRequestBody()) {
                        out.answer(fitting(message));
                    }
                },
                SimRequest.post("/", "a", "b"),
                Upstream.early(SimResponse.of(401, "no")));

        assertThat(result.status()).isEqualTo(401);
        assertThat(result.upstreamComplete()).isFalse();
    }

    private SimResult answerBody(BodySendMode mode, Consumer<CommonResponse.Builder> content) {
        return run(requests(mode).build(), onRequestBody(content), SimRequest.post("/", "ab", "cd"), OK);
    }

    private static FilterConfigBuilder requests(BodySendMode body) {
        return FilterConfig.builder().mode(mode -> mode.setRequestBodyMode(body));
    }

    private static TestProcessor.Script onRequestBody(Consumer<CommonResponse.Builder> content) {
        return (message, out) -> out.answer(message.hasRequestBody() ? fitting(message, content) : fitting(message));
    }
}
