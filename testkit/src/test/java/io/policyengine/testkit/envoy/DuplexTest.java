package io.policyengine.testkit.envoy;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SEND;
import static io.policyengine.testkit.envoy.Answers.body;
import static io.policyengine.testkit.envoy.Answers.fitting;
import static io.policyengine.testkit.envoy.Answers.streamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** FULL_DUPLEX_STREAMED request bodies. */
class DuplexTest extends SimFixture {
    private static final Upstream OK = Upstream.replying(200, "hello");

    @Test
    void needsTrailersToBeSent() {
        assertThatThrownBy(() -> FilterConfig.builder()
                        .mode(mode -> mode.setRequestBodyMode(FULL_DUPLEX_STREAMED))
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void letsTheServerWaitForTheWholeBodyAndAnswerInAnyNumberOfChunks() {
        List<ProcessingRequest> seen = new ArrayList<>();
        TestProcessor.Script script = (message, out) -> {
            seen.add(message);
            if (message.hasRequestBody() && message.getRequestBody().getEndOfStream()) {
                out.answer(
                        fitting(seen.getFirst()),
                        chunk("1", false),
                        chunk("2", false),
                        chunk("3", false),
                        chunk("4", true));
            } else if (message.hasResponseHeaders()) {
                out.answer(fitting(message));
            }
        };

        SimResult result =
                run(duplex().build(), script, SimRequest.post("/", "a", "b").withContentLength(), OK);

        assertThat(result.reached().bodyText()).isEqualTo("1234");
        assertThat(result.reached().header("content-length")).isNull();
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void endsWithTheTrailersAnswerWhenThereAreTrailers() {
        TestProcessor.Script script = (message, out) -> out.answer(
                message.hasRequestBody()
                        ? chunk(message.getRequestBody().getBody().toStringUtf8() + "!", false)
                        : fitting(message));

        SimResult result =
                run(duplex().build(), script, SimRequest.post("/", "a", "b").withTrailers("x-t", "1"), OK);

        assertThat(result.sentCases())
                .containsExactly(
                        RequestCase.REQUEST_HEADERS,
                        RequestCase.REQUEST_BODY,
                        RequestCase.REQUEST_BODY,
                        RequestCase.REQUEST_TRAILERS,
                        RequestCase.RESPONSE_HEADERS);
        assertThat(result.reached().bodyText()).isEqualTo("a!b!");
        assertThat(String.valueOf(result.reached().trailers())).isEqualTo("[x-t: 1]");
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void acceptsASynthesizedTrailersAnswer() {
        ProcessingResponse trailers = ProcessingResponse.newBuilder()
                .setRequestTrailers(TrailersResponse.getDefaultInstance())
                .build();
        TestProcessor.Script script = (message, out) -> {
            if (message.hasRequestBody()) {
                out.answer(chunk("x", false), trailers);
            } else {
                out.answer(fitting(message));
            }
        };

        SimResult result = run(duplex().build(), script, SimRequest.post("/", "a"), OK);

        assertThat(result.reached().bodyText()).isEqualTo("x");
        assertThat(result.reached().trailers()).isNull();
    }

    @Test
    void refusesABodyAnswerBeforeTheHeadersAnswer() {
        TestProcessor.Script script = (message, out) -> {
            if (message.hasRequestBody()) {
                out.answer(chunk("x", true));
            }
        };

        SimResult result = run(duplex().build(), script, SimRequest.post("/", "a"), OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.details()).isEqualTo("spurious_message");
    }

    @Test
    void refusesAnswersInTheFormOfOtherModes() {
        SimResult result = run(
                duplex().build(),
                (message, out) -> out.answer(message.hasRequestBody() ? fitting(message, body("x")) : fitting(message)),
                SimRequest.post("/", "a"),
                OK);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void losesThePushedBodyWhenTheServerClosesWithOk() {
        SimResult result = run(
                duplex().build(),
                (message, out) -> {
                    if (message.hasRequestBody()) {
                        out.close(GrpcStatus.OK);
                    } else {
                        out.answer(fitting(message));
                    }
                },
                SimRequest.post("/", "a"),
                OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().bodyText()).isEmpty();
        assertThat(result.upstreamComplete()).isTrue();
    }

    @Test
    void failsClosedOnceABodyChunkWasReceived() {
        SimResult result = run(
                duplex().failureModeAllow(true).build(),
                (message, out) -> {
                    if (message.hasRequestBody()) {
                        out.close(GrpcStatus.INTERNAL);
                    }
                },
                SimRequest.post("/", "a"),
                OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    private static FilterConfigBuilder duplex() {
        return FilterConfig.builder()
                .mode(mode -> mode.setRequestBodyMode(FULL_DUPLEX_STREAMED).setRequestTrailerMode(SEND));
    }

    private static ProcessingResponse chunk(String text, boolean endOfStream) {
        return fitting(
                ProcessingRequest.newBuilder()
                        .setRequestBody(HttpBody.getDefaultInstance())
                        .build(),
                common -> common.setBodyMutation(streamed(text, endOfStream)));
    }
}
