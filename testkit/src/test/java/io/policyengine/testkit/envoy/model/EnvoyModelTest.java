package io.policyengine.testkit.envoy.model;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.BUFFERED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.STREAMED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SKIP;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.http.HeaderMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the model does that shows in its actions only. */
class EnvoyModelTest {
    private static final HeaderMap POST = HeaderMap.of(":method", "POST", ":path", "/", "content-length", "2");
    private static final ProcessingResponse HEADERS_ANSWER = ProcessingResponse.newBuilder()
            .setRequestHeaders(HeadersResponse.getDefaultInstance())
            .build();
    private static final ProcessingResponse BODY_ANSWER = ProcessingResponse.newBuilder()
            .setRequestBody(BodyResponse.getDefaultInstance())
            .build();

    @Test
    void leavesTheStreamAfterTheLastNeededAnswerFrom137() {
        List<Action> in136 = answerHeaders(EnvoyRelease.V1_36);
        List<Action> in140 = answerHeaders(EnvoyRelease.V1_40);

        assertThat(in136).doesNotContain(new Action.CloseStream());
        assertThat(in140).contains(new Action.CloseStream());
    }

    @Test
    void sendsEmptyChunksThatEndNothingBefore138Only() {
        assertThat(emptyChunk(EnvoyRelease.V1_36)).hasAtLeastOneElementOfType(Action.Send.class);
        assertThat(emptyChunk(EnvoyRelease.V1_40)).isEmpty();
    }

    @Test
    void holdsHeadersUntilTheBufferedBodyIsAnswered() {
        EnvoyModel model = new EnvoyModel(FilterConfig.builder()
                .mode(mode -> mode.setRequestBodyMode(BUFFERED))
                .build());
        model.http(ModelDirection.REQUEST, new HttpPart.Headers(POST, false));

        List<Action> afterHeaders = model.answer(HEADERS_ANSWER);
        model.http(ModelDirection.REQUEST, data("ab", true));
        List<Action> afterBody = model.answer(BODY_ANSWER);

        assertThat(afterHeaders).containsExactly(new Action.StopTimer(ModelDirection.REQUEST));
        assertThat(afterBody)
                .containsExactly(
                        new Action.StopTimer(ModelDirection.REQUEST),
                        new Action.Forward(ModelDirection.REQUEST, new HttpPart.Headers(POST, false)),
                        new Action.Forward(ModelDirection.REQUEST, data("ab", true)));
    }

    @Test
    void reportsTooMuchBodyWhileHeadersWaitFrom135() {
        assertThat(tooMuchWhileHeadersWait(EnvoyRelease.V1_34)).isEmpty();
        assertThat(tooMuchWhileHeadersWait(EnvoyRelease.V1_36)).contains(new Action.ResetUpstream());
    }

    @Test
    void startsNoTimerInObservabilityMode() {
        EnvoyModel model =
                new EnvoyModel(FilterConfig.builder().observabilityMode(true).build());

        List<Action> actions = model.http(ModelDirection.REQUEST, new HttpPart.Headers(POST, true));

        assertThat(actions).doesNotHaveAnyElementsOfTypes(Action.StartTimer.class);
    }

    @Test
    void leavesAStreamOnce() {
        EnvoyModel model = new EnvoyModel(FilterConfig.defaults());
        model.http(ModelDirection.REQUEST, new HttpPart.Headers(POST, true));

        model.streamEnded(13, "");

        assertThat(model.destroyed()).doesNotContain(new Action.CloseStream());
    }

    @Test
    void interleavesDirections() {
        EnvoyModel model = new EnvoyModel(FilterConfig.builder()
                .mode(mode -> mode.setRequestBodyMode(STREAMED))
                .build());
        model.http(ModelDirection.REQUEST, new HttpPart.Headers(POST, false));
        model.answer(HEADERS_ANSWER);
        model.http(ModelDirection.REQUEST, data("ab", false));
        model.http(ModelDirection.RESPONSE, new HttpPart.Headers(HeaderMap.of(":status", "200"), true));

        List<Action> response = model.answer(ProcessingResponse.newBuilder()
                .setResponseHeaders(HeadersResponse.getDefaultInstance())
                .build());
        List<Action> request = model.answer(BODY_ANSWER);

        assertThat(response)
                .contains(new Action.Forward(
                        ModelDirection.RESPONSE, new HttpPart.Headers(HeaderMap.of(":status", "200"), true)));
        assertThat(request).contains(new Action.Forward(ModelDirection.REQUEST, data("ab", false)));
    }

    private static List<Action> answerHeaders(EnvoyRelease version) {
        EnvoyModel model = new EnvoyModel(FilterConfig.builder()
                .version(version)
                .mode(mode -> mode.setResponseHeaderMode(SKIP))
                .build());
        model.http(ModelDirection.REQUEST, new HttpPart.Headers(POST, true));
        return model.answer(HEADERS_ANSWER);
    }

    private static List<Action> emptyChunk(EnvoyRelease version) {
        EnvoyModel model = new EnvoyModel(FilterConfig.builder()
                .version(version)
                .mode(mode -> mode.setRequestBodyMode(STREAMED))
                .build());
        model.http(ModelDirection.REQUEST, new HttpPart.Headers(POST, false));
        model.answer(HEADERS_ANSWER);
        return model.http(ModelDirection.REQUEST, data("", false));
    }

    private static List<Action> tooMuchWhileHeadersWait(EnvoyRelease version) {
        EnvoyModel model = new EnvoyModel(FilterConfig.builder()
                .version(version)
                .bufferLimit(1)
                .mode(mode -> mode.setRequestBodyMode(BUFFERED))
                .build());
        model.http(ModelDirection.REQUEST, new HttpPart.Headers(POST, false));
        return model.http(ModelDirection.REQUEST, data("ab", false));
    }

    private static HttpPart.Data data(String text, boolean endOfStream) {
        return new HttpPart.Data(ByteString.copyFromUtf8(text), endOfStream);
    }
}
