package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.Bodies.capitals;
import static io.policyengine.kernel.harness.Bodies.filter;
import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies through the kernel, in every mode of Envoy's: SPEC §3 "Processing modes". */
class BodyTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private SimResult exchange(BodySendMode mode, SimRequest request, SimResponse response) {
        return Await.result(kernel.envoy(filter(mode)).exchange(request, Upstream.replying(response)));
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#wholeModes")
    void policiesGetTheWholeBodyAndReplaceIt(BodySendMode mode) {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[ { policy: capitals } ]"));

        SimResult result = exchange(
                mode,
                SimRequest.post("/", "one ", "two").withContentLength(),
                SimResponse.of(200, "three ", "four").withContentLength());

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("ONE TWO");
        assertThat(result.reached().header("x-seen")).isEqualTo("request");
        assertThat(result.status()).isEqualTo(200);
        assertThat(result.response().bodyText()).isEqualTo("THREE FOUR");
        assertThat(result.response().header("x-seen")).isEqualTo("response");
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#chunkModes")
    void policiesGetTheBodyChunkByChunk(BodySendMode mode) {
        kernel.worker("w").with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[ { policy: capitals } ]"));

        SimResult result = exchange(
                mode,
                SimRequest.post("/", "one ", "two").withContentLength(),
                SimResponse.of(200, "three ", "four").withContentLength());

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("ONE TWO");
        assertThat(result.response().bodyText()).isEqualTo("THREE FOUR");
    }

    @Test
    void aRequestWithoutBodyRunsEveryPolicyOnce() {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[]"));

        SimResult result = exchange(BodySendMode.NONE, SimRequest.get("/"), SimResponse.of(200));

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().header("x-seen")).isEqualTo("request");
    }

    @Test
    void policiesBeforeTheFirstThatReadsTheBodyRunBeforeItIsAskedFor() {
        kernel.worker("w").with("deny", Policies.denying(401, "no")).with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(WORKER, route("r", "[ { policy: deny }, { policy: capitals } ]", "[]"));

        SimResult result = exchange(BodySendMode.NONE, SimRequest.post("/", "body"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(401);
        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
    }

    @Test
    void aRouteThatLooksAtNoBodyAsksForNone() {
        kernel.worker("w").with("header", Policies.request(new SetHeader("x-seen", "1")));
        kernel.start(WORKER, route("r", "[ { policy: header } ]", "[ { policy: header } ]"));

        SimResult result = exchange(BodySendMode.NONE, SimRequest.post("/", "body"), SimResponse.of(200, "answer"));

        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS);
    }

    @Test
    void aBodySetOnTheHeadersIsWhatLaterPoliciesRead() {
        kernel.worker("w")
                .with("set", Policies.request(new SetBody(Buffer.buffer("replaced"), "text/plain")))
                .with("capitals", BodyNeed.BUFFERED, capitals())
                .with(
                        "loud",
                        BodyNeed.STREAMING,
                        Policies.chunks(chunk -> chunk.copy().appendString("!")));
        kernel.start(WORKER, route("r", "[ { policy: set }, { policy: capitals }, { policy: loud } ]", "[]"));

        SimResult result = exchange(BodySendMode.NONE, SimRequest.post("/", "body"), SimResponse.of(200));

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("REPLACED!");
        assertThat(result.sentCases()).doesNotContain(RequestCase.REQUEST_BODY);
    }

    @Test
    void aBodySetOnTheHeadersReplacesOneThatStreams() {
        kernel.worker("w")
                .with(
                        "loud",
                        BodyNeed.STREAMING,
                        Policies.chunks(chunk -> chunk.copy().appendString("!")))
                .with("set", Policies.request(new SetBody(Buffer.buffer("replaced"), null)));
        kernel.start(WORKER, route("r", "[ { policy: loud }, { policy: set } ]", "[]"));

        SimResult result = exchange(BodySendMode.STREAMED, SimRequest.post("/", "a", "b"), SimResponse.of(200));

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("replaced");
        Await.untilAsserted(() -> assertThat(kernel.openStreams()).isZero());
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#wholeModes")
    void aPolicyDeniesByTheWholeBody(BodySendMode mode) {
        kernel.worker("w").with("deny", BodyNeed.BUFFERED, Policies.denying(422, "bad body"));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));

        SimResult result = exchange(mode, SimRequest.post("/", "one", "two"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(422);
        assertThat(result.response().bodyText()).isEqualTo("bad body");
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#chunkModes")
    void aPolicyDeniesInTheMidstOfABody(BodySendMode mode) {
        kernel.worker("w").with("deny", BodyNeed.STREAMING, Policies.denyingChunk("two"));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));

        SimResult result = exchange(mode, SimRequest.post("/", "one", "two", "three"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(413);
        Await.until(() -> kernel.openStreams() == 0 && kernel.activeExchanges() == 0);
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#chunkModes")
    void aResponseThatFailsInTheMidstDoesNotReachTheClientWhole(BodySendMode mode) {
        kernel.worker("w").with("fail", BodyNeed.STREAMING, Policies.failingChunk("two"));
        kernel.start(WORKER, route("r", "[]", "[ { policy: fail } ]"));

        SimResult result = exchange(mode, SimRequest.get("/"), SimResponse.of(200, "one", "two", "three"));

        assertThat(result.reset() || result.status() == 503).isTrue();
        assertThat(result.response().bodyText()).doesNotContain("three");
        Await.until(() -> kernel.openStreams() == 0 && kernel.activeExchanges() == 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"BUFFERED", "FULL_DUPLEX_STREAMED"})
    void bytesHeldBackComeBeforeTheTrailers(BodySendMode mode) {
        kernel.worker("w").with("hold", BodyNeed.STREAMING, Policies.filtering(Policies::holdingLastOctet));
        kernel.start(WORKER, route("r", "[ { policy: hold } ]", "[ { policy: hold } ]"));

        SimResult result = exchange(
                mode,
                SimRequest.post("/", "one ", "two").withTrailers("x-sum", "1"),
                SimResponse.of(200, "three ", "four").withTrailers("x-sum", "2"));

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("one two");
        assertThat(result.response().bodyText()).isEqualTo("three four");
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"NONE", "STREAMED"})
    void bytesHeldBackOfABodyWithTrailersAreNotLostInModeStreamed(BodySendMode mode) {
        kernel.worker("w")
                .with("hold", BodyNeed.STREAMING, Policies.filtering(Policies::holdingLastOctet))
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(
                WORKER,
                route("r", "[ { policy: hold } ]", "[]") + "  - { route_name: free, request_flow: { policy_chain: [ {"
                        + " policy: capitals } ] } }\n");
        SimRequest request = SimRequest.post("/", "one ", "two").withTrailers("x-sum", "1");

        SimResult held = exchange(mode, request, SimResponse.of(200));
        SimResult free = kernel.exchange("free", request);

        assertThat(held.status()).isEqualTo(500);
        assertThat(free.reached().bodyText()).isEqualTo("ONE TWO");
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#chunkModes")
    void aPolicyEndsTheBody(BodySendMode mode) {
        kernel.worker("w")
                .with(
                        "end",
                        BodyNeed.STREAMING,
                        Policies.filtering(() ->
                                (_, _) -> Future.succeededFuture(new ChunkOutcome.End(Buffer.buffer("the end")))));
        kernel.start(WORKER, route("r", "[ { policy: end } ]", "[]"));

        SimResult result = exchange(mode, SimRequest.post("/", "one", "two", "three"), SimResponse.of(200));

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("the end");
    }

    static Stream<Arguments> codings() {
        return Stream.of("gzip", "deflate", "br", "zstd")
                .flatMap(coding -> Stream.of(
                                BodySendMode.NONE, BodySendMode.BUFFERED, BodySendMode.FULL_DUPLEX_STREAMED)
                        .flatMap(mode -> Stream.of(BodyNeed.BUFFERED, BodyNeed.STREAMING)
                                .map(need -> Arguments.of(coding, mode, need))));
    }

    @ParameterizedTest
    @MethodSource("codings")
    void compressedBodiesAreOpenedForPoliciesAndClosedAgain(String coding, BodySendMode mode, BodyNeed need)
            throws CodingException {
        kernel.worker("w")
                .with("capitals", need, need == BodyNeed.BUFFERED ? capitals() : Policies.chunks(Policies::upper));
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[]"));
        ContentCodings codings = ContentCodings.of(List.of(coding));
        Buffer encoded = codings.encoder().next(Buffer.buffer("compressed text ".repeat(200)), true);
        SimRequest request = SimRequest.post("/")
                .withBody(List.of(ByteString.copyFrom(encoded.getBytes())))
                .withHeader("content-encoding", coding)
                .withContentLength();

        SimResult result = exchange(mode, request, SimResponse.of(200));

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().header("content-encoding")).isEqualTo(coding);
        Buffer reached = Buffer.buffer(result.reached().bodyBytes().toByteArray());
        assertThat(codings.decoder(100_000).next(reached, true).toString()).isEqualTo("COMPRESSED TEXT ".repeat(200));
    }

    @Test
    void compressedBodiesGoOnAsIdentityWhereTheFlowSaysSo() throws CodingException {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(
                WORKER,
                "route_policies:\n  - { route_name: r, request_flow: { reencode: false, policy_chain: [ { policy: capitals"
                        + " } ] } }\n");
        Buffer encoded = ContentCodings.of(List.of("gzip")).encoder().next(Buffer.buffer("text"), true);

        SimResult result = exchange(
                BodySendMode.NONE,
                SimRequest.post("/")
                        .withBody(List.of(ByteString.copyFrom(encoded.getBytes())))
                        .withHeader("content-encoding", "gzip"),
                SimResponse.of(200));

        assertThat(result.reached().header("content-encoding")).isNull();
        assertThat(result.reached().bodyText()).isEqualTo("TEXT");
    }

    private static Policy capitalsOfWhatIsGiven() {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return request.request().body() == null
                        ? RequestOutcome.unchanged()
                        : capitals().onRequest(request);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "headers_only"})
    void aPolicyThatDoesWithoutTheBodyNeitherNeedsTheFlowToGiveItNorItsCodingToBeKnown(String mode) {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitalsOfWhatIsGiven(), Fact.DOES_WITHOUT_BODY);
        kernel.start(
                WORKER,
                "route_policies:\n  - { route_name: r, request_flow: { processing_mode: " + mode
                        + ", policy_chain: [ { policy: capitals } ] } }\n");

        SimResult unknown = exchange(
                BodySendMode.NONE,
                SimRequest.post("/", "no such coding").withHeader("content-encoding", "snappy"),
                SimResponse.of(200));
        SimResult known = exchange(BodySendMode.NONE, SimRequest.post("/", "text"), SimResponse.of(200));

        assertThat(unknown.reached().bodyText()).isEqualTo("no such coding");
        assertThat(known.reached().bodyText()).isEqualTo(mode.equals("auto") ? "TEXT" : "text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "gzip"})
    void aBodyThatCannotBeOpenedIsRefusedUnlessItMayPass(String coding) {
        kernel.worker("w")
                .with("capitals", BodyNeed.BUFFERED, capitals())
                .with("header", Policies.request(new SetHeader("x-header", "1")));
        kernel.start(
                WORKER,
                route("r", "[ { policy: capitals } ]", "[]")
                        + "  - { route_name: pass, request_flow: { policy_chain: [ { policy: capitals, on_encoded: pass }, {"
                        + " policy: header } ] } }\n");
        SimRequest request = SimRequest.post("/", "no such coding").withHeader("content-encoding", coding);

        SimResult refused = exchange(BodySendMode.NONE, request, SimResponse.of(200));

        assertThat(refused.status()).isEqualTo(415);
        if (coding.equals("snappy")) {
            SimResult passed = kernel.exchange("pass", request);
            assertThat(passed.reached().bodyText()).isEqualTo("no such coding");
            assertThat(passed.reached().header("x-header")).isEqualTo("1");
            assertThat(passed.reached().header("x-seen")).isNull();
        }
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(
                WORKER,
                "route_policies:\n  - route_name: r\n    request_flow: { max_body_bytes: 5, policy_chain: [ { policy:"
                        + " capitals } ] }\n    response_flow: { max_body_bytes: 5, policy_chain: [ { policy: capitals } ] }\n");

        assertThat(exchange(BodySendMode.NONE, SimRequest.post("/", "123456"), SimResponse.of(200))
                        .status())
                .isEqualTo(413);
        assertThat(exchange(BodySendMode.FULL_DUPLEX_STREAMED, SimRequest.post("/", "123", "456"), SimResponse.of(200))
                        .status())
                .isEqualTo(413);
        assertThat(exchange(BodySendMode.NONE, SimRequest.get("/"), SimResponse.of(200, "123456"))
                        .status())
                .isEqualTo(502);
    }

    @Test
    void aChainThatNeedsTheBodyIsRefusedOnTheHeadersWhereNoneCanCome() {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(WORKER + "envoy: { allow_mode_override: false }\n", route("r", "[ { policy: capitals } ]", "[]"));

        SimResult none = exchange(BodySendMode.NONE, SimRequest.post("/", "body"), SimResponse.of(200));
        SimResult streamed = exchange(BodySendMode.STREAMED, SimRequest.post("/", "body"), SimResponse.of(200));
        SimResult empty = exchange(BodySendMode.NONE, SimRequest.get("/"), SimResponse.of(200));

        assertThat(none.status()).isEqualTo(500);
        assertThat(streamed.status()).isEqualTo(500);
        assertThat(empty.status()).isEqualTo(200);
    }

    @Test
    void onceAnOverrideWasIgnoredFurtherExchangesAreRefusedOnTheHeaders() {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[]"));
        EnvoySim deaf = kernel.envoy(KernelHarness.filterBuilder("r").build());

        SimResult first = Await.result(deaf.exchange(SimRequest.post("/", "body"), Upstream.replying(200)));
        SimResult second = Await.result(deaf.exchange(SimRequest.post("/", "body"), Upstream.replying(200)));

        assertThat(first.status()).isEqualTo(500);
        assertThat(second.status()).isEqualTo(500);
        assertThat(second.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
    }

    @Test
    void tunnelsAreRefusedWhereAPolicyLooksAtBodies() {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, capitals());
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[]"));

        SimResult result = exchange(
                BodySendMode.NONE,
                SimRequest.post("/", "").withMethod("GET").withHeader("upgrade", "websocket"),
                SimResponse.of(200));

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void aSlowPolicyAsksEnvoyOnceForMoreTime() {
        Promise<RequestOutcome> late = Promise.promise();
        kernel.worker("w").with("slow", Policies.onRequest(_ -> late.future()));
        kernel.start(
                "workers: [ { name: w, timeout_ms: 5000 } ]\nenvoy: { message_timeout_ms: 2000, max_message_timeout_ms: 30000"
                        + " }\nlimits: { phase_timeout_ms: 25000 }\n",
                route("r", "[ { policy: slow, timeout_ms: 5000 } ]", "[]"));
        FilterConfig filter = FilterConfig.builder()
                .routeName("r")
                .messageTimeout(Duration.ofSeconds(2))
                .maxMessageTimeout(Duration.ofSeconds(30))
                .build();
        kernel.vertx().setTimer(3000, _ -> late.complete(new RequestOutcome.Proceed(List.of(), null)));

        SimResult result = Await.result(kernel.envoy(filter).exchange(SimRequest.get("/"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.received().stream().filter(ProcessingResponse::hasOverrideMessageTimeout))
                .hasSize(1);
    }
}
