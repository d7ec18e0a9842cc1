package io.policyengine.kernel.blackbox.limits;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.grpc.Frames;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What bodies hold of the memory: SPEC "Failure", more than {@code max_buffered_bytes} is refused at once. */
class UploadTest {
    /** A kernel that gives a busy machine the time it needs. */
    private static final String PATIENT_WORKER = """
            workers: [ { name: w, timeout_ms: 5000 } ]
            envoy: { message_timeout_ms: 20000 }
            """;

    /** Bytes of one chunk that trickles, and of each body of such. */
    private static final int TRICKLE = 16 << 10;

    private static final int TRICKLED = Integer.getInteger("policyengine.trickle.bytes", 5 * TRICKLE);

    private static final String CHUNK = "x".repeat(60_000);

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** An Envoy that sends bodies without waiting for the answer to the headers. */
    private EnvoySim hastyEnvoy() {
        return kernel.envoy(KernelHarness.filterBuilder("r")
                .sendBodyWithoutWaitingForHeaderResponse(true)
                .mode(all -> all.setRequestBodyMode(BodySendMode.STREAMED))
                .build());
    }

    @Test
    void aWholeBodyBeyondTheBudgetIsRefusedAsOverload() {
        kernel.worker("w")
                .with(
                        "slow",
                        BodyNeed.BUFFERED,
                        Policies.onRequest(
                                _ -> Promise.<RequestOutcome>promise().future()));
        kernel.start(
                PATIENT_WORKER + "limits: { phase_timeout_ms: 10000, max_buffered_bytes: 100000 }\n",
                route("r", "[ { policy: slow, timeout_ms: 5000 } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        RunningExchange first = envoy.start(SimRequest.post("/", CHUNK), Upstream.silent());
        Await.until(() -> kernel.bufferedBytes() > CHUNK.length());

        SimResult second = Await.result(envoy.exchange(SimRequest.post("/", CHUNK), Upstream.replying(200)));

        assertThat(second.status()).isEqualTo(503);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"overloaded\"}") == 1);
        first.hangUp();
        Await.until(() -> kernel.activeExchanges() == 0 && kernel.bufferedBytes() == 0);
    }

    @Test
    void aStreamedBodyWaitsUntilTheBudgetHasRoomForItsNextChunk() {
        Promise<ChunkOutcome> late = Promise.promise();
        kernel.worker("w").with("slow", BodyNeed.STREAMING, Policies.filtering(() -> (_, _) -> late.future()));
        kernel.start(
                PATIENT_WORKER + "limits: { phase_timeout_ms: 10000, max_buffered_bytes: 100000 }\n",
                route("r", "[ { policy: slow, timeout_ms: 5000 } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        var first = envoy.exchange(SimRequest.post("/", CHUNK), Upstream.replying(200));
        Await.until(() -> kernel.bufferedBytes() > CHUNK.length());
        var second = envoy.exchange(SimRequest.post("/", CHUNK), Upstream.replying(200));
        Await.until(() -> kernel.activeExchanges() == 2);

        late.complete(ChunkOutcome.PASS);

        assertThat(Await.result(first).reached().bodyText()).isEqualTo(CHUNK);
        assertThat(Await.result(second).reached().bodyText()).isEqualTo(CHUNK);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void aStreamedResponseWaitsAlsoWhereTheRequestWasHeldWhole() {
        Promise<ChunkOutcome> late = Promise.promise();
        kernel.worker("w")
                .with("slow", BodyNeed.STREAMING, Policies.filtering(() -> (_, _) -> late.future()))
                .with("read", BodyNeed.BUFFERED, Policies.request())
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(
                PATIENT_WORKER + "limits: { phase_timeout_ms: 10000, max_buffered_bytes: 100000 }\n",
                route("r", "[ { policy: slow, timeout_ms: 5000 } ]", "[]")
                        + route("both", "[ { policy: read } ]", "[ { policy: capitals } ]")
                                .replace("route_policies:\n", ""));
        var first =
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.post("/", CHUNK), Upstream.replying(200));
        Await.until(() -> kernel.bufferedBytes() > CHUNK.length());
        var second = kernel.envoy(KernelHarness.filter("both"))
                .exchange(SimRequest.post("/", "small"), Upstream.replying(SimResponse.of(200, CHUNK)));
        Await.until(() -> kernel.openStreams() == 2);

        late.complete(ChunkOutcome.PASS);

        assertThat(Await.result(first).reached().bodyText()).isEqualTo(CHUNK);
        assertThat(Await.result(second).response().bodyText()).isEqualTo(CHUNK.toUpperCase(Locale.ROOT));
    }

    @Test
    void whatComesOutOfACodingTakesWhatIsFreeWhoeverWaits() throws CodingException {
        Promise<ChunkOutcome> late = Promise.promise();
        kernel.worker("w")
                .with("slow", BodyNeed.STREAMING, Policies.filtering(() -> (_, _) -> late.future()))
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(
                PATIENT_WORKER + "limits: { phase_timeout_ms: 10000, max_buffered_bytes: 100000 }\n",
                route("r", "[ { policy: slow, timeout_ms: 5000 } ]", "[]")
                        + route("coded", "[ { policy: capitals } ]", "[]").replace("route_policies:\n", ""));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        var first = envoy.exchange(SimRequest.post("/", CHUNK), Upstream.replying(200));
        Await.until(() -> kernel.bufferedBytes() > CHUNK.length());
        var waiting = envoy.exchange(SimRequest.post("/", CHUNK), Upstream.replying(200));
        Await.until(() -> kernel.openStreams() == 2);
        Buffer coded = ContentCodings.of(List.of("gzip")).encoder().next(Buffer.buffer("x".repeat(10_000)), true);

        SimResult result = Await.result(kernel.envoy(KernelHarness.filter("coded"))
                .exchange(
                        SimRequest.post("/")
                                .withBody(List.of(ByteString.copyFrom(coded.getBytes())))
                                .withHeader("content-encoding", "gzip"),
                        Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(200);
        late.complete(ChunkOutcome.PASS);
        assertThat(Await.result(first).status()).isEqualTo(200);
        assertThat(Await.result(waiting).status()).isEqualTo(200);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void answeredBodiesHoldNothing() {
        kernel.start("limits: { max_buffered_bytes: 200000 }\n", "route_policies: []\n");
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(all -> all.setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                        .setRequestTrailerMode(HeaderSendMode.SEND))
                .build());
        String[] chunks = new String[20];
        Arrays.fill(chunks, CHUNK);

        SimResult result = Await.result(envoy.exchange(SimRequest.post("/", chunks), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().bodyText()).isEqualTo(CHUNK.repeat(20));
        Await.untilAsserted(() -> assertThat(kernel.bufferedBytes()).isZero());
    }

    @Test
    void anAnswerHoldsItsPlaceUntilItHasLeft() {
        kernel.start("limits: { max_buffered_bytes: 1000000 }\n", "route_policies: []\n");
        Call call = kernel.rawClient().call();
        byte[] chunk = ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFromUtf8(CHUNK)))
                .setProtocolConfig(
                        ProtocolConfiguration.newBuilder().setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
                .build()
                .toByteArray();

        for (int i = 0; i < 4; i++) {
            call.sendMessage(chunk);
        }
        call.awaitHead();
        call.settle();
        long whileNobodyReads = kernel.bufferedBytes();
        call.readAnswer();

        assertThat(whileNobodyReads).isGreaterThan(2L * CHUNK.length());
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void heldBodiesThatAReplacementMakesNeedlessHoldNothing() {
        Promise<RequestOutcome> late = Promise.promise();
        kernel.worker("w").with("p", Policies.onRequest(_ -> late.future()));
        kernel.start(
                PATIENT_WORKER + "limits: { phase_timeout_ms: 10000 }\n",
                route("r", "[ { policy: p, timeout_ms: 5000 } ]", "[]"));
        EnvoySim envoy = hastyEnvoy();
        var result = envoy.exchange(SimRequest.post("/", CHUNK), Upstream.replying(200));
        Await.until(() -> kernel.bufferedBytes() > 0);

        late.complete(new RequestOutcome.Proceed(List.of(new SetBody(Buffer.buffer("new"), null)), null));

        assertThat(Await.result(result).reached().bodyText()).isEqualTo("new");
        Await.untilAsserted(() -> assertThat(kernel.bufferedBytes()).isZero());
    }

    @Test
    void bodiesThatEnvoyOnlyShowsAreNotKept() {
        kernel.start("limits: { max_buffered_bytes: 100 }\n", "route_policies: []\n");
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .observabilityMode(true)
                .deferredCloseTimeout(Duration.ofMillis(100))
                .mode(all -> all.setRequestBodyMode(BodySendMode.STREAMED))
                .build());

        SimResult result = Await.result(envoy.exchange(SimRequest.post("/", CHUNK, CHUNK), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.received()).isEmpty();
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"observed\"}") == 1);
        Await.untilAsserted(() -> assertThat(kernel.bufferedBytes()).isZero());
    }

    @Test
    void aMessageAboveTheWholeBudgetEndsTheStream() {
        kernel.start("limits: { max_buffered_bytes: 50000 }\n", "route_policies: []\n");
        Call call = kernel.rawClient().call();

        call.sendMessage(ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFromUtf8(CHUNK)))
                .build()
                .toByteArray());

        assertThat(call.answer().grpcStatus()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"protocol_error\"}") == 1);
        Await.untilAsserted(() -> assertThat(kernel.bufferedBytes()).isZero());
    }

    @Test
    void messagesThatAreOnlyAnnouncedTakeNothingFromOthers() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, Policies.request());
        kernel.start(
                PATIENT_WORKER + "limits: { max_buffered_bytes: 33554432 }\n",
                route("r", "[ { policy: read } ]", "[]"));
        RawClient client = kernel.rawClient();
        List<Call> announced =
                IntStream.range(0, 100).mapToObj(_ -> client.call()).toList();
        announced.forEach(call -> Await.result(call.send(
                Frames.prefix(0, 8_000_000).appendByte((byte) ProcessingRequest.REQUEST_HEADERS_FIELD_NUMBER))));
        announced.getLast().settle();

        SimResult other = Await.result(
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.post("/", CHUNK), Upstream.replying(200)));

        assertThat(other.status()).isEqualTo(200);
        Await.until(() -> kernel.bufferedBytes() == 4 * 100);
        announced.forEach(Call::reset);
        Await.until(() -> kernel.openStreams() == 0 && kernel.bufferedBytes() == 0);
    }

    /**
     * What a body holds does not grow with what has come of it. The build sends a little of each; {@code
     * -Dpolicyengine.trickle.bytes=16777216} sends 16 MiB of each.
     */
    @Test
    void memoryStaysFlatWhileThousandBodiesTrickle() {
        kernel.worker("w").with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(
                PATIENT_WORKER + "limits: { phase_timeout_ms: 10000 }\n", route("r", "[ { policy: capitals } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        List<RawStream> streams = IntStream.range(0, 1_000)
                .mapToObj(_ -> envoy.rawStream().send(Messages.headers(BodySendMode.STREAMED)))
                .toList();
        streams.forEach(stream -> Await.result(stream.next()));

        trickle(streams);
        trickle(streams);
        long early = liveBytes();
        for (int round = 2; round < TRICKLED / TRICKLE; round++) {
            trickle(streams);
        }

        assertThat(liveBytes() - early).isLessThan(24L << 20);
        Await.until(() -> kernel.bufferedBytes() == 0);
        assertThat(kernel.openStreams()).isEqualTo(1_000);
        streams.forEach(RawStream::reset);
        Await.until(() -> kernel.openStreams() == 0 && kernel.activeExchanges() == 0);
    }

    /** Envoy keeps the streams of exchanges that wait for a slow upstream. */
    @Test
    void nothingOfAWholeBodyIsKeptOnceItsAnswerHasLeftThoughTheExchangeGoesOn() {
        kernel.worker("w").with("waits", BodyNeed.BUFFERED, Policies.onRequest(_ -> {
            Promise<RequestOutcome> late = Promise.promise();
            kernel.vertx().runOnContext(_ -> RequestOutcome.proceed(List.of()).onComplete(late));
            return late.future();
        }));
        kernel.start(
                PATIENT_WORKER + "limits: { phase_timeout_ms: 10000 }\n", route("r", "[ { policy: waits } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));
        List<RawStream> streams =
                IntStream.range(0, 42).mapToObj(_ -> envoy.rawStream()).toList();
        streams.subList(0, 2).forEach(UploadTest::passMebibyte);
        long early = liveBytes();

        streams.subList(2, 42).forEach(UploadTest::passMebibyte);

        Await.until(() -> kernel.bufferedBytes() == 0);
        assertThat(liveBytes() - early).isLessThan(12L << 20);
        streams.forEach(RawStream::reset);
        Await.until(() -> kernel.openStreams() == 0 && kernel.activeExchanges() == 0);
    }

    private static void passMebibyte(RawStream stream) {
        stream.send(Messages.headers(BodySendMode.NONE));
        Await.result(stream.next());
        stream.send(Messages.body("x".repeat(1 << 20), true));
        assertThat(Await.result(stream.next()).hasRequestBody()).isTrue();
    }

    private static void trickle(List<RawStream> streams) {
        ProcessingRequest chunk = Messages.body("x".repeat(TRICKLE), false);
        streams.forEach(stream -> stream.send(chunk));
        streams.forEach(stream -> assertThat(Await.result(stream.next())
                        .getRequestBody()
                        .getResponse()
                        .getBodyMutation()
                        .getBody()
                        .size())
                .isEqualTo(TRICKLE));
    }

    private static long liveBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void octetsThatAreNoMessageEndTheStream() {
        kernel.start("", "route_policies: []\n");
        Call garbage = kernel.rawClient().call();
        Call compressed = kernel.rawClient().call();

        garbage.sendMessage(new byte[] {(byte) 0xff});
        compressed.send(Frames.prefix(1, 3));

        assertThat(garbage.answer().grpcStatus()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(compressed.answer().grpcStatus()).isEqualTo(GrpcStatus.INTERNAL.code);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"protocol_error\"}") == 2);
        Await.until(() -> kernel.metric("policy_kernel_illegal_messages_total{kind=\"malformed\"}") == 2);
    }
}
