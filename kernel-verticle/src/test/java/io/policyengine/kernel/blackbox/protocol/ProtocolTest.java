package io.policyengine.kernel.blackbox.protocol;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.kernel.grpc.HealthService;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.Moment;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.StreamEnd;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterCounter;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may do to the kernel, and what the kernel does then: EXT_PROC conformance C45 to C49, SPEC "Failure". */
class ProtocolTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    /** A kernel that gives a busy machine the time it needs. */
    private static final String PATIENT_WORKER = """
            workers: [ { name: w, timeout_ms: 5000 } ]
            envoy: { message_timeout_ms: 20000 }
            limits: { phase_timeout_ms: 10000 }
            """;

    private static final int INVALID_ARGUMENT = 3;
    private static final int RESOURCE_EXHAUSTED = 8;

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void endsAStreamWithMoreHeaderFieldsThanAnybodySends() {
        kernel.worker("w").with("read", Policies.request(new SetHeader("x-seen", "1")));
        kernel.start(WORKER, route("r", "[ { policy: read } ]", "[]"));
        String[] fields = new String[2 * 100_000];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = "x-" + i;
            fields[i + 1] = "v";
        }
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();

        stream.send(Messages.headers(BodySendMode.NONE, fields));

        assertThat(Await.result(stream.ended()).status()).isEqualTo(RESOURCE_EXHAUSTED);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"protocol_error\"}") == 1);
        Await.until(() -> kernel.metric("policy_kernel_illegal_messages_total{kind=\"too_large\"}") == 1);
        Await.untilAsserted(() -> assertThat(kernel.bufferedBytes()).isZero());
        Await.untilAsserted(() -> assertThat(kernel.activeExchanges()).isZero());
    }

    @Test
    void aThousandExchangesEndedByResetsShareOneConnection() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[ { policy: p } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));

        for (int i = 0; i < 1_000; i++) {
            SimResult result = exchange(envoy);

            assertThat(result.reached().header("x")).isEqualTo("1");
        }
    }

    @Test
    void clientsThatHangUpHarmNoOtherExchangeOnTheConnection() {
        kernel.worker("w").with("slow", Policies.onRequest(_ -> after(5, new RequestOutcome.Proceed(List.of(), null))));
        kernel.start(PATIENT_WORKER, route("r", "[ { policy: slow } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        List<Future<SimResult>> staying = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            envoy.start(SimRequest.get("/"), Upstream.replying(200))
                    .hangUpWhen(i % 2 == 0 ? Moment.FIRST_MESSAGE_SENT : Moment.FIRST_ANSWER_APPLIED);
            if (i % 10 == 0) {
                staying.add(envoy.exchange(SimRequest.get("/"), Upstream.replying(200)));
            }
        }

        Await.result(Future.all(staying));
        assertThat(staying).allMatch(result -> result.result().status() == 200);
    }

    @Test
    void aClientThatHangsUpCancelsThePolicy() {
        Promise<Void> cancelled = Promise.promise();
        kernel.worker("w").with("slow", Policies.onRequest(context -> {
            context.call().cancellation().onCancel(cancelled::tryComplete);
            return Promise.<RequestOutcome>promise().future();
        }));
        kernel.start(WORKER, route("r", "[ { policy: slow } ]", "[]"));

        kernel.envoy(KernelHarness.filter("r"))
                .start(SimRequest.get("/"), Upstream.silent())
                .hangUpWhen(Moment.FIRST_MESSAGE_SENT);

        Await.result(cancelled.future());
    }

    @Test
    void headersThatComeTwiceEndTheStreamWithAnError() {
        kernel.start("", "route_policies: []\n");
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();

        stream.send(requestHeaders(false));
        ProcessingResponse answer = Await.result(stream.next());
        stream.send(requestHeaders(false));
        StreamEnd end = Await.result(stream.ended());

        assertThat(answer.hasRequestHeaders()).isTrue();
        assertThat(end.status()).isEqualTo(INVALID_ARGUMENT);
        Await.until(() -> kernel.metric("policy_kernel_illegal_messages_total{kind=\"out_of_order\"}") == 1);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"protocol_error\"}") == 1);
    }

    @Test
    void aMessageOfAnUnknownKindIsNotAnsweredButCounted() {
        kernel.start("", "route_policies: []\n");
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();

        stream.send(ProcessingRequest.getDefaultInstance()).send(requestHeaders(true));

        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        assertThat(kernel.metric("policy_kernel_ignored_messages_total")).isEqualTo(1);
    }

    @Test
    void aFirstMessageWithoutContentTellsHowEnvoySendsBodies() {
        kernel.start("", "route_policies: []\n");
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();

        stream.send(ProcessingRequest.newBuilder()
                        .setProtocolConfig(ProtocolConfiguration.newBuilder()
                                .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
                        .build())
                .send(requestHeaders(false))
                .send(Messages.body("whole", true));

        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        assertThat(Await.result(stream.next())
                        .getRequestBody()
                        .getResponse()
                        .getBodyMutation()
                        .getStreamedResponse()
                        .getBody()
                        .toStringUtf8())
                .isEqualTo("whole");
    }

    @Test
    void aBodyAsFirstMessageIsRefusedWhereAPolicyHadToSeeTheHeaders() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("\"*\"", "[ { policy: p } ]", "[]"));
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();

        stream.send(ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setEndOfStream(true))
                .build());

        assertThat(status(stream)).isEqualTo(500);
    }

    @Test
    void aResponseOnlyChainRunsWithoutTheRequest() {
        AtomicInteger absent = new AtomicInteger();
        kernel.worker("w").with("p", Policies.onResponse(context -> {
            absent.addAndGet(context.request().absent() ? 1 : 0);
            return ResponseOutcome.proceed(List.of(new SetHeader("x", "1")));
        }));
        kernel.start(WORKER, route("\"*\"", "[]", "[ { policy: p } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(mode -> mode.setRequestHeaderMode(HeaderSendMode.SKIP))
                .build());

        SimResult result = exchange(envoy);

        assertThat(result.response().header("x")).isEqualTo("1");
        assertThat(absent).hasValue(1);
    }

    @Test
    void whereEnvoyOnlyLetsUsWatchNothingIsAnswered() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[ { policy: p } ]"));
        EnvoySim envoy = kernel.envoy(
                KernelHarness.filterBuilder("r").observabilityMode(true).build());

        SimResult result = exchange(envoy);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.received()).isEmpty();
    }

    @Test
    void moreExchangesThanAllowedAreRefusedAtOnce() {
        kernel.worker("w").with("silent", Policies.silent());
        kernel.start(
                WORKER + "limits: { max_exchanges: 1 }\n",
                route("r", "[ { policy: silent, timeout_ms: 5000 } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        var first = envoy.start(SimRequest.get("/"), Upstream.silent());
        Await.until(() -> kernel.activeExchanges() == 1);

        SimResult second = exchange(envoy);

        assertThat(second.status()).isEqualTo(503);
        first.hangUp();
        Await.until(() -> kernel.activeExchanges() == 0);
    }

    @Test
    void anExchangeOfWhichNothingIsLeftToDoKeepsItsPlaceUntilItsStreamEnds() {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start(WORKER + "limits: { max_exchanges: 1 }\n", route("r", "[]", "[ { policy: set } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        RawStream download = envoy.rawStream().send(Messages.headers(BodySendMode.NONE));
        Await.result(download.next());
        download.send(Messages.responseHeaders(false));
        Await.result(download.next());

        SimResult beside = exchange(envoy);
        download.leave();
        Await.until(() -> kernel.activeExchanges() == 0);
        SimResult after = exchange(envoy);

        assertThat(beside.status()).isEqualTo(503);
        assertThat(after.response().header("x-set")).isEqualTo("1");
    }

    @Test
    void drainingLetsExchangesUnderWayFinish() {
        Promise<RequestOutcome> late = Promise.promise();
        Promise<Void> asked = Promise.promise();
        kernel.worker("w").with("slow", Policies.onRequest(_ -> {
            asked.complete();
            return late.future();
        }));
        kernel.start(PATIENT_WORKER, route("r", "[ { policy: slow } ]", "[]"));
        Future<SimResult> underWay =
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.get("/"), Upstream.replying(200));
        Await.result(asked.future());

        Future<Void> stopped = kernel.stop();
        late.complete(new RequestOutcome.Proceed(List.of(new SetHeader("x", "1")), null));

        assertThat(Await.result(underWay).reached().header("x")).isEqualTo("1");
        Await.result(stopped);
    }

    private static SimResult exchange(EnvoySim envoy) {
        return Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(200)));
    }

    private Future<RequestOutcome> after(int millis, RequestOutcome outcome) {
        return kernel.vertx().timer(millis, TimeUnit.MILLISECONDS).map(_ -> outcome);
    }

    /** The status of the next answer, which ends the exchange. */
    private static int status(RawStream stream) {
        return Await.result(stream.next()).getImmediateResponse().getStatus().getCodeValue();
    }

    private static ProcessingRequest requestHeaders(boolean last) {
        HttpHeaders.Builder headers = HttpHeaders.newBuilder().setEndOfStream(last);
        headers.getHeadersBuilder()
                .addHeaders(field(":method", "POST"))
                .addHeaders(field(":authority", "example.com"))
                .addHeaders(field(":path", "/"));
        return ProcessingRequest.newBuilder().setRequestHeaders(headers).build();
    }

    private static HeaderValue.Builder field(String name, String value) {
        return HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value));
    }

    @Test
    @SuppressWarnings("NullAway") // a reason that is null stands for any bug while an answer is made
    void aBugAfterAnAsynchronousPolicyEndsTheStreamWithAnError() {
        kernel.worker("w")
                .with(
                        "p",
                        Policies.onRequest(_ -> after(
                                10,
                                new RequestOutcome.Respond(
                                        new ImmediateResponse(403, HeaderMap.empty(), Buffer.buffer("no"), null),
                                        List.of()))));
        kernel.start(PATIENT_WORKER, route("r", "[ { policy: p } ]", "[]"));
        SimResult result =
                Await.result(kernel.envoy(KernelHarness.filterBuilder("r").build())
                        .exchange(SimRequest.get("/", "content-type", "application/grpc"), Upstream.replying(200)));
        assertThat(result.details()).doesNotContain("timeout");
    }

    @Test
    void aHalfCloseWhileAnAnswerIsOwedIsNotACleanEnd() {
        kernel.worker("w").with("p", Policies.silent());
        kernel.start(WORKER, route("\"*\"", "[ { policy: p } ]", "[]"));
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();
        stream.send(requestHeaders(false)).halfClose();
        StreamEnd end = Await.result(stream.ended());
        assertThat(end.status()).as("%s", end).isNotEqualTo(0);
    }

    @Test
    void severalInvalidMessagesFreeThePlaceOnce() {
        kernel.start("", "route_policies: []\n");
        RawStream stream =
                kernel.envoy(KernelHarness.filterBuilder("r").build()).rawStream();
        ProcessingRequest tooLarge = ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFrom(new byte[9 << 20])))
                .build();

        stream.send(requestHeaders(false)).send(tooLarge).send(tooLarge).send(tooLarge);
        StreamEnd end = Await.result(stream.ended());

        assertThat(end.status()).isNotZero();
        assertThat(kernel.get("r").status()).isEqualTo(200);
        Await.until(() -> kernel.activeExchanges() == 0);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"protocol_error\"}") == 1);
    }

    @Test
    void aDenialKeepsTheDeadlineOfItsPhase() {
        kernel.worker("w")
                .with("slow", Policies.silent())
                .with(
                        "late",
                        Policies.onResponse(
                                _ -> Promise.<ResponseOutcome>promise().future()),
                        Fact.ON_DENIAL);
        kernel.start("""
                workers: [ { name: w, timeout_ms: 5000 } ]
                limits: { phase_timeout_ms: 2500 }
                envoy: { message_timeout_ms: 4000 }
                """, route("r", "[ { policy: slow } ]", "[ { policy: late } ]"));
        SimResult result = Await.result(kernel.envoy(KernelHarness.filterBuilder("r")
                        .messageTimeout(Duration.ofSeconds(4))
                        .build())
                .exchange(SimRequest.get("/"), Upstream.replying(200)));
        assertThat(result.status()).as(result.details()).isEqualTo(500);
    }

    @Test
    void aResetWhileAPolicyRunsIsCountedAsCancelled() {
        Promise<Void> asked = Promise.promise();
        kernel.worker("w").with("p", Policies.silent(asked));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));
        var running = kernel.envoy(KernelHarness.filter("r")).start(SimRequest.get("/"), Upstream.silent());
        Await.result(asked.future());
        running.hangUp();
        Await.until(() -> kernel.activeExchanges() == 0);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"cancelled\"}") == 1);
    }

    @Test
    void setBodyWhereEnvoyPushesTheBodyReplacesIt() {
        kernel.worker("w")
                .with(
                        "p",
                        Policies.onRequest(_ -> after(
                                50,
                                new RequestOutcome.Proceed(List.of(new SetBody(Buffer.buffer("new"), null)), null))));
        kernel.start(PATIENT_WORKER, route("r", "[ { policy: p } ]", "[]"));
        SimResult early = Await.result(kernel.envoy(KernelHarness.filterBuilder("r")
                        .sendBodyWithoutWaitingForHeaderResponse(true)
                        .mode(all -> all.setRequestBodyMode(BodySendMode.STREAMED))
                        .build())
                .exchange(SimRequest.post("/", "one", "two"), Upstream.replying(200)));
        SimResult duplex = Await.result(kernel.envoy(KernelHarness.filterBuilder("r")
                        .mode(all -> all.setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                                .setRequestTrailerMode(HeaderSendMode.SEND))
                        .build())
                .exchange(SimRequest.post("/", "one", "two"), Upstream.replying(200)));

        assertThat(early.reached().bodyText()).isEqualTo("new");
        assertThat(early.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isZero();
        assertThat(early.status()).isEqualTo(200);
        assertThat(duplex.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isZero();
        assertThat(duplex.status()).isEqualTo(200);
    }

    @Test
    void aTargetThatEnvoyHidesCannotBeChanged() {
        kernel.worker("w").with("p", Policies.request(new SetQueryParam("a", "1")));
        kernel.start(WORKER, route("\"*\"", "[ { policy: p } ]", "[]"));
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();

        stream.send(ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setEndOfStream(true))
                .build());

        assertThat(status(stream)).isEqualTo(500);
    }

    @Test
    void theKernelIsNotReadyWhileItDrains() {
        Promise<RequestOutcome> late = Promise.promise();
        Promise<Void> asked = Promise.promise();
        kernel.worker("w").with("slow", Policies.onRequest(_ -> {
            asked.tryComplete();
            return late.future();
        }));
        kernel.start(PATIENT_WORKER, route("r", "[ { policy: slow } ]", "[]"));
        Future<SimResult> underWay =
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.get("/"), Upstream.replying(200));
        Await.result(asked.future());
        assertThat(kernel.admin("/health/ready")).startsWith("200");

        Future<Void> drained = kernel.drain();

        Await.untilAsserted(() -> assertThat(kernel.admin("/health/ready")).startsWith("503"));
        late.complete(new RequestOutcome.Proceed(List.of(), null));
        assertThat(Await.result(underWay).status()).isEqualTo(200);
        Await.result(drained);
    }

    @Test
    void whoAnnouncesItsEndIsNotReadyAndServesOnOldConnectionsAndNewOnes() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));
        EnvoySim before = kernel.envoy(KernelHarness.filter("r"));
        assertThat(exchange(before).reached().header("x")).isEqualTo("1");

        kernel.announceEnd();

        Await.untilAsserted(() -> assertThat(kernel.admin("/health/ready")).startsWith("503"));
        assertThat(kernel.admin("/health/live")).startsWith("200");
        assertThat(kernel.admin("/health/startup")).startsWith("200");
        assertThat(exchange(before).reached().header("x")).isEqualTo("1");
        assertThat(exchange(kernel.envoy(KernelHarness.filter("r"))).reached().header("x"))
                .isEqualTo("1");
        Await.result(kernel.drain());
    }

    @Test
    void whoWatchesTheHealthHearsOfTheEndBeforeAnythingEnds() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        RawClient.Call watch = kernel.rawClient()
                .call(
                        HttpMethod.POST,
                        HealthService.WATCH,
                        MultiMap.caseInsensitiveMultiMap().add("content-type", "application/grpc"));
        watch.sendMessage(new byte[0]);
        watch.halfClose();
        List<Buffer> told = watch.pieces();
        Await.until(() -> told.size() == 1);

        kernel.announceEnd();

        Await.until(() -> told.size() == 2);
        assertThat(told.getFirst().getBytes()).endsWith(8, 1);
        assertThat(told.getLast().getBytes()).endsWith(8, 2);
        assertThat(exchange(envoy).reached().header("x")).isEqualTo("1");
        // The call itself is none.
        Await.until(() -> kernel.activeExchanges() == 0);
        Await.result(kernel.drain());
    }

    @Test
    void aClientThatHangsUpWhileMessagesAreHeldFreesThePlace() {
        Promise<Void> asked = Promise.promise();
        kernel.worker("w").with("silent", Policies.silent(asked));
        kernel.start(PATIENT_WORKER, route("r", "[ { policy: silent } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .sendBodyWithoutWaitingForHeaderResponse(true)
                .mode(all -> all.setRequestBodyMode(BodySendMode.STREAMED))
                .build());
        var running = envoy.start(SimRequest.post("/", "one", "two", "three"), Upstream.silent());
        Await.result(asked.future());

        running.hangUp();

        Await.until(() -> kernel.activeExchanges() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void drainingWaitsForExchangesThatWaitForTheirUpstream(int connection) {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(PATIENT_WORKER, route("r", "[ { policy: p } ]", "[ { policy: p } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        // Each connection is taken by another event loop.
        for (int i = 1; i < connection; i++) {
            kernel.get("r");
        }
        Promise<SimResponse> reply = Promise.promise();
        AtomicInteger waiting = new AtomicInteger();
        List<Future<SimResult>> underWay = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            underWay.add(envoy.exchange(SimRequest.get("/"), _ -> {
                waiting.incrementAndGet();
                return reply.future();
            }));
        }
        Await.until(() -> waiting.get() == 64);

        Future<Void> stopped = kernel.stop();

        kernel.vertx().setTimer(300, _ -> reply.complete(SimResponse.of(200)));
        Await.result(Future.join(underWay));
        assertThat(underWay).allMatch(exchange -> exchange.result().status() == 200);
        Await.result(stopped);
    }
}
