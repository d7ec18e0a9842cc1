package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static io.policyengine.kernel.harness.Messages.body;
import static io.policyengine.kernel.harness.Messages.headers;
import static io.policyengine.kernel.harness.Messages.responseHeaders;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.StreamEnd;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No body passes unseen, none is lost or wrongly described, and nobody can close a route: SPEC §3 and "Failure". */
class BodySafetyTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static FilterConfig filter(BodySendMode mode) {
        return KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .mode(it -> it.setRequestBodyMode(mode)
                        .setResponseBodyMode(mode)
                        .setRequestTrailerMode(HeaderSendMode.SEND)
                        .setResponseTrailerMode(HeaderSendMode.SEND))
                .build();
    }

    /** An Envoy that ignores mode overrides. */
    private static FilterConfig deaf() {
        return KernelHarness.filterBuilder("r").build();
    }

    private SimResult exchange(FilterConfig filter, SimRequest request, SimResponse response) {
        return Await.result(kernel.envoy(filter).exchange(request, Upstream.replying(response)));
    }

    private List<Integer> statuses(int times, FilterConfig filter, SimRequest request) {
        return IntStream.range(0, times)
                .mapToObj(_ -> exchange(filter, request, SimResponse.of(200)).status())
                .toList();
    }

    private static Policy reader() {
        return Policies.request(new SetHeader("x-seen", "1"));
    }

    private static Buffer gzip(String text) throws CodingException {
        return ContentCodings.of(List.of("gzip")).encoder().next(Buffer.buffer(text), true);
    }

    @Test
    void aStreamedBodyThatAnEnvoyKeepsBackIsNotTakenForSeen() {
        kernel.worker("w").with("deny", BodyNeed.STREAMING, Policies.denyingChunk("evil"));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));

        assertThat(statuses(5, deaf(), SimRequest.post("/", "evil"))).containsOnly(500);
    }

    @Test
    void overridesThatWereHonouredBeforeAreWatchedAllTheSame() {
        kernel.worker("w").with("deny", BodyNeed.STREAMING, Policies.denyingChunk("evil"));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));
        assertThat(kernel.exchange("r", SimRequest.post("/", "good")).status()).isEqualTo(200);

        assertThat(statuses(8, deaf(), SimRequest.post("/", "evil")).subList(2, 8))
                .containsOnly(500);
    }

    @Test
    void clientsThatHangUpBeforeTheirBodyCloseNoRoute() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER, route("r", "[ { policy: read } ]", "[]"));
        for (int i = 0; i < 4; i++) {
            RawStream stream = kernel.envoy(filter(BodySendMode.NONE)).rawStream();
            stream.send(headers(BodySendMode.NONE, "content-length", "5"));
            Await.result(stream.next());
            stream.reset();
            Await.until(() -> kernel.activeExchanges() == 0);
        }

        assertThat(statuses(3, filter(BodySendMode.NONE), SimRequest.post("/", "hello")))
                .containsOnly(200);
    }

    @Test
    void trailersWithoutBodyInOneModeSpoilNoOther() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER, route("r", "[ { policy: read } ]", "[]"));
        FilterConfig withoutTrailers = KernelHarness.filterBuilder("r")
                .mode(it -> it.setRequestBodyMode(BodySendMode.BUFFERED))
                .build();

        int odd = exchange(withoutTrailers, SimRequest.post("/").withTrailers("a", "b"), SimResponse.of(200))
                .status();

        assertThat(odd).isEqualTo(500);
        assertThat(statuses(2, filter(BodySendMode.NONE), SimRequest.post("/", "hello")))
                .containsOnly(200);
    }

    @Test
    void aSecondBodyMessageInModeBufferedIsAViolation() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER, route("r", "[ { policy: read } ]", "[]"));
        RawStream stream = kernel.envoy(filter(BodySendMode.BUFFERED)).rawStream();
        stream.send(headers(BodySendMode.BUFFERED));
        Await.result(stream.next());
        stream.send(body("one", false));
        Await.result(stream.next());

        stream.send(body("evil", true));

        assertThat(Await.result(stream.ended()).kind()).isEqualTo(StreamEnd.Kind.SERVER_ERROR);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"protocol_error\"}") == 1);
    }

    @Test
    void skippedPoliciesOfAnotherWorkerKeepNoBytes() {
        kernel.worker("w").with("fail", BodyNeed.STREAMING, Policies.failingChunk("two"));
        kernel.worker("v").with("hold", BodyNeed.STREAMING, Policies.filtering(Policies::holdingLastOctet));
        kernel.start(
                "workers: [ { name: w }, { name: v } ]\n",
                route("r", "[ { policy: fail, on_failure: skip_remaining }, { policy: hold } ]", "[]"));

        SimResult result = exchange(
                filter(BodySendMode.STREAMED), SimRequest.post("/", "one", "two", "three"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(503);
    }

    @Test
    void whatTheKernelRefusesOfAPolicyRunsNoChunkFunctionsAfterIt() {
        kernel.worker("w")
                .with("bad", Policies.request(new SetAuthority("x.example")))
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(WORKER, route("r", "[ { policy: bad, on_failure: skip_remaining }, { policy: capitals } ]", "[]"));

        SimResult result = exchange(filter(BodySendMode.STREAMED), SimRequest.post("/", "one"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void bytesForAMessageWithTrailersButWithoutBodyAreNotLost() {
        kernel.worker("w")
                .with("add", BodyNeed.STREAMING, Policies.chunks(it -> it.copy().appendString("!")));
        kernel.start(WORKER, route("r", "[ { policy: add } ]", "[]"));

        SimResult result = exchange(
                filter(BodySendMode.BUFFERED), SimRequest.post("/").withTrailers("a", "b"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void aBodyThatIsSetAgainAsItWasKeepsItsCoding() throws CodingException {
        kernel.worker("w")
                .with(
                        "same",
                        BodyNeed.BUFFERED,
                        Policies.onRequest(context -> RequestOutcome.proceed(List.of(new SetBody(
                                Objects.requireNonNull(context.request().body()), null)))));
        kernel.start(WORKER, route("r", "[ { policy: same } ]", "[]"));
        SimRequest request = SimRequest.post("/")
                .withBody(List.of(ByteString.copyFrom(gzip("text").getBytes())))
                .withHeader("content-encoding", "gzip")
                .withContentLength();

        SimResult result = exchange(filter(BodySendMode.BUFFERED), request, SimResponse.of(200));

        assertThat(result.reached().header("content-encoding")).isEqualTo("gzip");
        Buffer reached = Buffer.buffer(result.reached().bodyBytes().toByteArray());
        assertThat(ContentCodings.of(List.of("gzip")).decoder(100).next(reached, true))
                .hasToString("text");
    }

    @Test
    void aBodyThatAPolicyCompressesIsLabelledByIt() throws CodingException {
        Buffer compressed = gzip("text");
        kernel.worker("w")
                .with(
                        "zip",
                        BodyNeed.BUFFERED,
                        Policies.request(new SetBody(compressed, null), new SetHeader("content-encoding", "gzip")));
        kernel.start(WORKER, route("r", "[ { policy: zip } ]", "[]"));

        SimResult result = exchange(filter(BodySendMode.BUFFERED), SimRequest.post("/", "plain"), SimResponse.of(200));

        assertThat(result.reached().header("content-encoding")).isEqualTo("gzip");
        assertThat(result.reached().bodyBytes().toByteArray()).isEqualTo(compressed.getBytes());
    }

    @Test
    void responsesToHeadGetNoBody() {
        kernel.worker("w").with("set", BodyNeed.BUFFERED, Policies.response(new SetBody(Buffer.buffer("new"), null)));
        kernel.start(WORKER, route("r", "[]", "[ { policy: set } ]"));

        SimResult result =
                exchange(filter(BodySendMode.NONE), SimRequest.get("/").withMethod("HEAD"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.response().bodyText()).isEmpty();
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void policiesForDenialsAreAppliedToTheEnginesOwn() {
        kernel.worker("w")
                .with("read", BodyNeed.BUFFERED, reader())
                .with("cors", Policies.response(new SetHeader("access-control-allow-origin", "*")), Fact.ON_DENIAL);
        kernel.start(WORKER, """
                route_policies:
                  - route_name: r
                    request_flow: { max_body_bytes: 3, policy_chain: [ { policy: read } ] }
                    response_flow: { policy_chain: [ { policy: cors } ] }
                """);

        SimResult result = exchange(filter(BodySendMode.BUFFERED), SimRequest.post("/", "long"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(413);
        assertThat(result.response().header("access-control-allow-origin")).isEqualTo("*");
    }

    @Test
    void aClientThatIsGoneBeforeItsBodyIsWholeIsCountedAsCancelled() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER, route("r", "[ { policy: read } ]", "[]"));
        RawStream stream =
                kernel.envoy(filter(BodySendMode.FULL_DUPLEX_STREAMED)).rawStream();
        stream.send(headers(BodySendMode.FULL_DUPLEX_STREAMED));
        stream.send(body("x".repeat(20_000), false));
        Await.until(() -> kernel.bufferedBytes() > 0);

        stream.reset();

        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"cancelled\"}") == 1);
        Await.untilAsserted(() -> assertThat(kernel.bufferedBytes()).isZero());
    }

    /** Envoy 1.35 to 1.37 may send the last chunk twice (envoyproxy/envoy#46237). */
    @Test
    void aSecondEndOfABodyInFullDuplexIsDroppedAndCounted() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER, route("r", "[ { policy: read } ]", "[]"));
        RawStream stream =
                kernel.envoy(filter(BodySendMode.FULL_DUPLEX_STREAMED)).rawStream();
        stream.send(headers(BodySendMode.FULL_DUPLEX_STREAMED));
        stream.send(body("all", true)).send(body("all", true));

        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        assertThat(Await.result(stream.next())
                        .getRequestBody()
                        .getResponse()
                        .getBodyMutation()
                        .getStreamedResponse()
                        .getBody()
                        .toStringUtf8())
                .isEqualTo("all");
        Await.until(() -> kernel.metric("policy_kernel_ignored_messages_total") == 1);
        stream.send(responseHeaders(true));
        assertThat(Await.result(stream.next()).hasResponseHeaders()).isTrue();
    }

    @Test
    void manySmallChunksOfAWholeBodyCountAgainstTheBudget() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER + "limits: { max_buffered_bytes: 100000 }\n", route("r", "[ { policy: read } ]", "[]"));
        RawStream stream =
                kernel.envoy(filter(BodySendMode.FULL_DUPLEX_STREAMED)).rawStream();
        stream.send(headers(BodySendMode.FULL_DUPLEX_STREAMED));
        for (int i = 0; i < 100; i++) {
            stream.send(body("x".repeat(4_000), false));
        }

        assertThat(Await.result(stream.next())
                        .getImmediateResponse()
                        .getStatus()
                        .getCodeValue())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hoards", "copies"})
    void whatPoliciesKeepBetweenChunksCountsAgainstTheBudget(String policy) {
        kernel.worker("w")
                .with("hoards", BodyNeed.STREAMING, Policies.filtering(Policies::hoarding))
                .with("copies", BodyNeed.STREAMING, Policies.filtering(Policies::copying));
        kernel.start(
                WORKER + "limits: { max_buffered_bytes: 60000 }\n", route("r", "[ { policy: " + policy + " } ]", "[]"));
        RawStream stream = kernel.envoy(filter(BodySendMode.STREAMED)).rawStream();
        stream.send(headers(BodySendMode.STREAMED));
        Await.result(stream.next());

        int passed = -1;
        ProcessingResponse answer;
        do {
            passed++;
            stream.send(body("x".repeat(10_000), false));
            answer = Await.result(stream.next());
        } while (answer.hasRequestBody());

        assertThat(answer.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(503);
        assertThat(passed).isBetween(1, 5);
        stream.leave();
        Await.until(() -> kernel.account().taken() == 0);
    }

    @Test
    void aBodyThatSaysItIsTooLargeIsRefusedBeforeItIsAskedFor() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(
                WORKER,
                "route_policies:\n  - { route_name: r, request_flow: { max_body_bytes: 3, policy_chain: [ { policy: read } ] } }\n");

        SimResult result = exchange(
                filter(BodySendMode.NONE), SimRequest.post("/", "long").withContentLength(), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(413);
        assertThat(result.sent()).hasSize(1);
    }

    @Test
    void aGatheredBodyThatStallsIsRefused() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER + "limits: { body_idle_timeout_ms: 100 }\n", route("r", "[ { policy: read } ]", "[]"));
        RawStream stream =
                kernel.envoy(filter(BodySendMode.FULL_DUPLEX_STREAMED)).rawStream();

        stream.send(headers(BodySendMode.FULL_DUPLEX_STREAMED));
        stream.send(body("some", false));

        assertThat(Await.result(stream.next())
                        .getImmediateResponse()
                        .getStatus()
                        .getCodeValue())
                .isEqualTo(408);
    }

    @Test
    void aBodyWhoseCodingTakesTooLongIsRefused() throws CodingException {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, reader());
        kernel.start(WORKER + "limits: { phase_timeout_ms: 500 }\n", route("r", "[ { policy: read } ]", "[]"));
        CountDownLatch free = new CountDownLatch(1);
        for (int thread = 0; thread < Runtime.getRuntime().availableProcessors(); thread++) {
            kernel.work().submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> free.await(1, TimeUnit.MINUTES));
        }
        SimRequest coded = SimRequest.post("/", "")
                .withBody(List.of(ByteString.copyFrom(gzip("body").getBytes())))
                .withHeader("content-encoding", "gzip");

        SimResult result = exchange(filter(BodySendMode.BUFFERED), coded, SimResponse.of(200));
        free.countDown();

        assertThat(result.status()).isEqualTo(503);
        Await.until(() -> kernel.activeExchanges() == 0 && kernel.bufferedBytes() == 0);
    }
}
