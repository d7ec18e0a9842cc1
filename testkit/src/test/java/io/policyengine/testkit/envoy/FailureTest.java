package io.policyengine.testkit.envoy;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.BUFFERED;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.STREAMED;
import static io.policyengine.testkit.envoy.Answers.fitting;
import static io.policyengine.testkit.envoy.Answers.immediate;
import static io.policyengine.testkit.envoy.Answers.mutation;
import static io.policyengine.testkit.envoy.Answers.setting;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.model.EnvoyRelease;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.envoy.model.FilterCounter;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Immediate responses, spurious answers, timeouts, ends of streams. */
class FailureTest extends SimFixture {
    private static final Upstream OK = Upstream.replying(200, "hello");
    private static final SimRequest GET = SimRequest.get("/");
    private static final ProcessingResponse WRONG = ProcessingResponse.newBuilder()
            .setResponseHeaders(HeadersResponse.getDefaultInstance())
            .build();

    @Test
    void answersTheClientWithAnImmediateResponse() {
        SimResult result = run(
                FilterConfig.defaults(),
                (message, out) ->
                        out.answer(immediate(403, "no", builder -> builder.setHeaders(mutation("x-why", "policy")))),
                GET,
                OK);

        assertThat(result.response())
                .isEqualTo(SimResponse.of(403, "no")
                        .withHeader("x-why", "policy")
                        .withHeader("content-length", "2")
                        .withHeader("content-type", "text/plain"));
        assertThat(result.details()).isEqualTo("denied_by_test");
        assertThat(result.upstream()).isNull();
        assertThat(result.streamEnd().kind()).isEqualTo(StreamEnd.Kind.LEFT_BY_ENVOY);
    }

    @Test
    void turnsAStatusBelow200Into200AndLets600Pass() {
        assertThat(run(FilterConfig.defaults(), (m, out) -> out.answer(immediate(100, "")), GET, OK)
                        .status())
                .isEqualTo(200);
        assertThat(run(FilterConfig.defaults(), (m, out) -> out.answer(immediate(600, "")), GET, OK)
                        .status())
                .isEqualTo(600);
    }

    @Test
    void answersHeadWithoutBody() {
        SimResult result =
                run(FilterConfig.defaults(), (m, out) -> out.answer(immediate(403, "no")), GET.withMethod("HEAD"), OK);

        assertThat(result.response().body()).isEmpty();
        assertThat(result.response().header("content-length")).isEqualTo("2");
    }

    @Test
    void answersGrpcClientsWithTrailersOnly() {
        SimRequest grpc = SimRequest.post("/s/m", "x").withHeader("content-type", "application/grpc");

        SimResult mapped = run(FilterConfig.defaults(), (m, out) -> out.answer(immediate(403, "no way")), grpc, OK);
        SimResult given = run(
                FilterConfig.defaults(),
                (m, out) -> out.answer(
                        immediate(403, "50%", b -> b.getGrpcStatusBuilder().setStatus(9))),
                grpc,
                OK);

        assertThat(mapped.response().headers())
                .isEqualTo(
                        HeaderMap.of("content-type", "application/grpc", "grpc-status", "7", "grpc-message", "no way"));
        assertThat(mapped.status()).isEqualTo(200);
        assertThat(given.response().header("grpc-status")).isEqualTo("9");
        assertThat(given.response().header("grpc-message")).isEqualTo("50%25");
    }

    @Test
    void replacesAResponseThatWasNotSentYet() {
        SimResult result = run(
                FilterConfig.builder()
                        .mode(mode -> mode.setResponseBodyMode(BUFFERED))
                        .build(),
                (message, out) -> out.answer(message.hasResponseBody() ? immediate(502, "bad") : fitting(message)),
                GET,
                OK);

        assertThat(result.status()).isEqualTo(502);
        assertThat(result.response().bodyText()).isEqualTo("bad");
    }

    @Test
    void resetsAResponseThatIsUnderWay() {
        SimResult result = run(
                FilterConfig.builder()
                        .mode(mode -> mode.setResponseBodyMode(STREAMED))
                        .build(),
                (message, out) -> out.answer(message.hasResponseBody() ? immediate(502, "bad") : fitting(message)),
                GET,
                OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reset()).isTrue();
        assertThat(result.response().body()).isEmpty();
    }

    @Test
    void dropsAnInvalidHeaderOfAnImmediateResponseAndKeepsTheStatus() {
        SimResult result = run(
                FilterConfig.defaults(),
                (m, out) -> out.answer(immediate(403, "", b -> b.setHeaders(mutation("x-a", "a\nb")))),
                GET,
                OK);

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.response().header("x-a")).isNull();
    }

    @Test
    void recordsAnAnswerAfterAnImmediateResponseAsAFault() {
        SimResult result = run(
                FilterConfig.defaults(), (message, out) -> out.answer(immediate(403, ""), fitting(message)), GET, OK);

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.faults()).containsExactly("answer after the last: REQUEST_HEADERS");
    }

    @Test
    void failsClosedOnAnAnswerOfTheWrongKind() {
        SimResult result =
                run(FilterConfig.builder().statusOnError(503).build(), (m, out) -> out.answer(WRONG), GET, OK);

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isEqualTo(1);
    }

    @Test
    void failsClosedOnTheSecondOfTwoAnswers() {
        SimResult result = run(
                FilterConfig.defaults(),
                (message, out) -> out.answer(fitting(message), fitting(message)),
                GET,
                Upstream.silent());

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isEqualTo(1);
    }

    @Test
    void failsClosedOnAnAnswerWithoutContent() {
        SimResult result =
                run(FilterConfig.defaults(), (m, out) -> out.answer(ProcessingResponse.getDefaultInstance()), GET, OK);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void letsSpuriousAnswersPassInEnvoy134() {
        SimResult result =
                run(FilterConfig.builder().version(EnvoyRelease.V1_34).build(), (m, out) -> out.answer(WRONG), GET, OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isEqualTo(1);
    }

    @Test
    void letsFailuresPassWhereAllowed() {
        FilterConfig config = FilterConfig.builder().failureModeAllow(true).build();

        SimResult spurious = run(config, (m, out) -> out.answer(WRONG), GET, OK);
        SimResult error = run(config, (m, out) -> out.close(GrpcStatus.INTERNAL), GET, OK);

        assertThat(spurious.status()).isEqualTo(200);
        assertThat(error.status()).isEqualTo(200);
        assertThat(error.counter(FilterCounter.FAILURE_MODE_ALLOWED)).isEqualTo(1);
    }

    @Test
    void letsEverythingPassAfterACleanClose() {
        SimResult result = run(
                FilterConfig.builder()
                        .mode(mode -> mode.setRequestBodyMode(BUFFERED))
                        .build(),
                (m, out) -> out.close(GrpcStatus.OK),
                SimRequest.post("/", "ab", "cd"),
                OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().bodyText()).isEqualTo("abcd");
        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(result.streamEnd().kind()).isEqualTo(StreamEnd.Kind.SERVER_OK);
    }

    @Test
    void failsClosedOnAnErrorStatus() {
        SimResult result = run(FilterConfig.defaults(), (m, out) -> out.close(GrpcStatus.INTERNAL), GET, OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.details()).isEqualTo("ext_proc_error_gRPC_error_13{as_told}");
        assertThat(result.counter(FilterCounter.STREAMS_FAILED)).isEqualTo(1);
    }

    @Test
    void failsClosedOnAReset() {
        assertThat(run(FilterConfig.defaults(), (m, out) -> out.reset(), GET, OK)
                        .status())
                .isEqualTo(500);
    }

    @Test
    void failsClosedWhenNobodyListens() {
        EnvoySim sim =
                sim(EnvoySim.builder(vertx).target(SocketAddress.domainSocketAddress("/nonexistent/extproc.sock")));

        SimResult result = Await.result(sim.exchange(GET, OK));

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.streamEnd().status()).isEqualTo(14);
    }

    @Test
    void answers504WhenTheServerIsTooSlow() {
        SimResult result = run(quick().statusOnError(503).build(), (m, out) -> {}, GET, OK);

        assertThat(result.status()).isEqualTo(504);
        assertThat(result.details()).isEqualTo("ext_proc_error_per-message_timeout_exceeded");
        assertThat(result.counter(FilterCounter.MESSAGE_TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void continuesWithoutASlowServerWhereFailuresAreAllowed() {
        assertThat(run(quick().failureModeAllow(true).build(), (m, out) -> {}, GET, OK)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void extendsTheTimerOncePerMessageAndOnlyWithinTheMaximum() {
        FilterConfig config = quick().messageTimeout(java.time.Duration.ofSeconds(2))
                .maxMessageTimeout(java.time.Duration.ofSeconds(5))
                .build();
        TestProcessor.Script script =
                (message, out) -> out.answer(extension(6), extension(5), extension(4), fitting(message));

        SimResult result = run(config, script, GET, OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.counter(FilterCounter.OVERRIDE_MESSAGE_TIMEOUT_RECEIVED))
                .isEqualTo(2);
        assertThat(result.counter(FilterCounter.OVERRIDE_MESSAGE_TIMEOUT_IGNORED))
                .isEqualTo(4);
    }

    @Test
    void ignoresTheRestOfAnAnswerThatExtendsTheTimer() {
        SimResult result = run(
                quick().build(),
                (message, out) -> out.answer(fitting(message, setting("x", "1")).toBuilder()
                        .setOverrideMessageTimeout(Duration.newBuilder().setSeconds(1))
                        .build()),
                GET,
                OK);

        assertThat(result.status()).isEqualTo(504);
    }

    @Test
    void takesDynamicMetadataOfReceivedNamespacesAndForwardsIt() {
        FilterConfig config = FilterConfig.builder()
                .receivingNamespaces(Set.of("epe"))
                .forwardingNamespaces(Set.of("epe"))
                .build();
        Value value = Value.newBuilder()
                .setStructValue(Struct.newBuilder()
                        .putFields("k", Value.newBuilder().setBoolValue(true).build()))
                .build();
        Struct metadata = Struct.newBuilder()
                .putFields("epe", value)
                .putFields("other", value)
                .build();

        SimResult result = run(
                config,
                (message, out) -> out.answer(fitting(message).toBuilder()
                        .setDynamicMetadata(metadata)
                        .build()),
                GET,
                OK);

        assertThat(result.dynamicMetadata()).containsOnlyKeys("epe");
        assertThat(result.sent().get(1).getMetadataContext().getFilterMetadataMap())
                .containsOnlyKeys("epe");
        assertThat(result.counter(FilterCounter.DYNAMIC_METADATA_DROPPED)).isEqualTo(2);
    }

    @Test
    void neverWaitsForAnswersInObservabilityMode() {
        FilterConfig config = FilterConfig.builder()
                .observabilityMode(true)
                .deferredCloseTimeout(java.time.Duration.ofMillis(20))
                .mode(mode -> mode.setRequestBodyMode(STREAMED))
                .build();

        SimResult result = run(config, (m, out) -> {}, SimRequest.post("/", "a").withContentLength(), OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.sent()).hasSize(3).allMatch(message -> message.getObservabilityMode());
        assertThat(result.sent()).noneMatch(message -> message.hasProtocolConfig());
        assertThat(result.reached().header("content-length")).isEqualTo("1");
    }

    @Test
    void letsTheClientHangUpAtEachMoment() {
        FilterConfig config = FilterConfig.builder()
                .mode(mode -> mode.setResponseBodyMode(STREAMED))
                .build();
        TestProcessor.Script script = (message, out) -> {
            if (!message.hasResponseBody()) {
                out.answer(fitting(message));
            }
        };

        for (Moment moment : Moment.values()) {
            Upstream upstream = moment == Moment.RESPONSE_STARTED ? OK : Upstream.silent();
            RunningExchange exchange = sim(config, script).start(GET, upstream).hangUpWhen(moment);

            SimResult result = Await.result(exchange.result());

            assertThat(result.reset()).as(moment.name()).isTrue();
            assertThat(result.streamEnd().kind()).isEqualTo(StreamEnd.Kind.LEFT_BY_ENVOY);
        }
    }

    @Test
    void runsManyExchangesOnOneConnection() {
        TestProcessor processor = processor(agreeing());
        EnvoySim sim = sim(EnvoySim.builder(vertx)
                .target(processor.address())
                .filter(FilterConfig.builder().build()));

        List<Future<SimResult>> results =
                IntStream.range(0, 300).mapToObj(i -> sim.exchange(GET, OK)).toList();
        Await.result(Future.all(results));

        assertThat(results).allMatch(result -> result.result().status() == 200);
        assertThat(processor.connections).hasValue(1);
        assertThat(processor.ends).contains("reset");
    }

    private static FilterConfigBuilder quick() {
        return FilterConfig.builder().messageTimeout(java.time.Duration.ofMillis(30));
    }

    private static ProcessingResponse extension(int seconds) {
        return ProcessingResponse.newBuilder()
                .setOverrideMessageTimeout(Duration.newBuilder().setSeconds(seconds))
                .build();
    }
}
