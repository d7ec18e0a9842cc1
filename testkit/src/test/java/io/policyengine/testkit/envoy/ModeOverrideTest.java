package io.policyengine.testkit.envoy;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.BUFFERED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.NONE;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.STREAMED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SEND;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SKIP;
import static io.policyengine.testkit.envoy.Answers.body;
import static io.policyengine.testkit.envoy.Answers.fitting;
import static io.policyengine.testkit.envoy.Answers.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.envoy.model.FilterCounter;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** When mode_override counts and what it becomes. */
class ModeOverrideTest extends SimFixture {
    private static final Upstream OK = Upstream.replying(200, "hello");
    private static final SimRequest POST = SimRequest.post("/", "ab");
    private static final ProcessingMode BUFFER_REQUEST =
            ProcessingMode.newBuilder().setRequestBodyMode(BUFFERED).build();

    @Test
    void isIgnoredUnlessAllowed() {
        SimResult result = override(FilterConfig.builder(), BUFFER_REQUEST);

        assertThat(result.sentCases()).doesNotContain(RequestCase.REQUEST_BODY);
        assertThat(result.counter(FilterCounter.MODE_OVERRIDES_IGNORED)).isEqualTo(1);
    }

    @Test
    void bringsTheBodyWhenAllowed() {
        SimResult result = override(allowing(), BUFFER_REQUEST);

        assertThat(result.sentCases())
                .containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.REQUEST_BODY, RequestCase.RESPONSE_HEADERS);
        assertThat(result.counter(FilterCounter.MODE_OVERRIDES_HONOURED)).isEqualTo(1);
    }

    @Test
    void takesBothBodyModesAsTheyAreAndKeepsDefaultHeaderModes() {
        FilterConfigBuilder config = allowing()
                .mode(mode -> mode.setRequestBodyMode(BUFFERED)
                        .setResponseBodyMode(BUFFERED)
                        .setResponseHeaderMode(SKIP));

        SimResult result = override(config, ProcessingMode.getDefaultInstance());

        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
    }

    @Test
    void forgetsTheModeOfTheRoute() {
        FilterConfigBuilder config = allowing()
                .perRouteMode(
                        ProcessingMode.newBuilder().setResponseHeaderMode(SKIP).build());

        SimResult without = run(config.build(), agreeing(), POST, OK);
        SimResult with = override(config, ProcessingMode.getDefaultInstance());

        assertThat(without.sentCases()).doesNotContain(RequestCase.RESPONSE_HEADERS);
        assertThat(with.sentCases()).contains(RequestCase.RESPONSE_HEADERS);
    }

    @Test
    void isIgnoredOutsideTheAllowedModes() {
        FilterConfigBuilder config = allowing()
                .allowedOverrideModes(List.of(
                        ProcessingMode.newBuilder().setRequestBodyMode(STREAMED).build()));

        SimResult other = override(config, BUFFER_REQUEST);
        SimResult listed = override(
                config,
                ProcessingMode.newBuilder()
                        .setRequestHeaderMode(SEND)
                        .setRequestBodyMode(STREAMED)
                        .build());

        assertThat(other.counter(FilterCounter.MODE_OVERRIDES_IGNORED)).isEqualTo(1);
        assertThat(other.status()).isEqualTo(200);
        assertThat(listed.counter(FilterCounter.MODE_OVERRIDES_HONOURED)).isEqualTo(1);
    }

    @Test
    void isIgnoredInBodyAnswersAndBesideDuplexAndPushedBodies() {
        FilterConfigBuilder buffered = allowing().mode(mode -> mode.setRequestBodyMode(BUFFERED));
        FilterConfigBuilder pushed = allowing().sendBodyWithoutWaitingForHeaderResponse(true);
        FilterConfigBuilder duplex = allowing()
                .mode(mode -> mode.setResponseBodyMode(FULL_DUPLEX_STREAMED).setResponseTrailerMode(SEND));

        SimResult inBody =
                run(buffered.build(), overriding(BUFFER_REQUEST, ProcessingRequest::hasRequestBody), POST, OK);
        SimResult besidePushed = override(pushed, BUFFER_REQUEST);
        SimResult besideDuplex = run(
                duplex.build(),
                (message, out) -> out.answer(
                        message.hasResponseBody()
                                ? fitting(message, common -> common.setBodyMutation(streamed("x", true)))
                                : fitting(message).toBuilder()
                                        .setModeOverride(BUFFER_REQUEST)
                                        .build()),
                POST,
                OK);

        assertThat(inBody.counter(FilterCounter.MODE_OVERRIDES_IGNORED)).isEqualTo(1);
        assertThat(besidePushed.counter(FilterCounter.MODE_OVERRIDES_IGNORED)).isEqualTo(1);
        assertThat(besideDuplex.counter(FilterCounter.MODE_OVERRIDES_HONOURED)).isZero();
        assertThat(besideDuplex.response().bodyText()).isEqualTo("x");
    }

    @Test
    void ridesOnTheResponseHeadersAnswer() {
        ProcessingMode bufferResponse =
                ProcessingMode.newBuilder().setResponseBodyMode(BUFFERED).build();

        SimResult result =
                run(allowing().build(), overriding(bufferResponse, ProcessingRequest::hasResponseHeaders), POST, OK);

        assertThat(result.sentCases()).last().isEqualTo(RequestCase.RESPONSE_BODY);
    }

    @Test
    void leavesContentLengthInPlaceWhenItTurnsToStreaming() {
        ProcessingMode streaming =
                ProcessingMode.newBuilder().setRequestBodyMode(STREAMED).build();
        TestProcessor.Script trap = (message, out) -> out.answer(
                message.hasRequestHeaders()
                        ? fitting(message).toBuilder()
                                .setModeOverride(streaming)
                                .build()
                        : message.hasRequestBody() ? fitting(message, body("longer")) : fitting(message));
        TestProcessor.Script right = (message, out) -> out.answer(
                message.hasRequestHeaders()
                        ? fitting(
                                        message,
                                        common -> common.setHeaderMutation(
                                                HeaderMutation.newBuilder().addRemoveHeaders("content-length")))
                                .toBuilder()
                                .setModeOverride(streaming)
                                .build()
                        : message.hasRequestBody() ? fitting(message, body("longer")) : fitting(message));

        SimResult trapped = run(allowing().build(), trap, POST.withContentLength(), OK);
        SimResult well = run(allowing().build(), right, POST.withContentLength(), OK);

        assertThat(trapped.faults()).containsExactly("request to the upstream: content-length 2 with 6 bytes of body");
        assertThat(well.faults()).isEmpty();
        assertThat(well.reached().bodyText()).isEqualTo("longer");
    }

    @Test
    void turnsNoneIntoDuplex() {
        ProcessingMode duplex = ProcessingMode.newBuilder()
                .setRequestBodyMode(FULL_DUPLEX_STREAMED)
                .setRequestTrailerMode(SEND)
                .build();

        SimResult result = run(
                allowing().mode(mode -> mode.setRequestBodyMode(NONE)).build(),
                (message, out) -> out.answer(
                        message.hasRequestBody()
                                ? fitting(message, common -> common.setBodyMutation(streamed("x", true)))
                                : fitting(message).toBuilder()
                                        .setModeOverride(duplex)
                                        .build()),
                POST,
                OK);

        assertThat(result.reached().bodyText()).isEqualTo("x");
    }

    private SimResult override(FilterConfigBuilder config, ProcessingMode mode) {
        return run(config.build(), overriding(mode, ProcessingRequest::hasRequestHeaders), POST, OK);
    }

    private static FilterConfigBuilder allowing() {
        return FilterConfig.builder().allowModeOverride(true);
    }

    private static TestProcessor.Script overriding(ProcessingMode mode, Predicate<ProcessingRequest> when) {
        return (message, out) -> out.answer(
                when.test(message)
                        ? fitting(message).toBuilder().setModeOverride(mode).build()
                        : fitting(message));
    }
}
