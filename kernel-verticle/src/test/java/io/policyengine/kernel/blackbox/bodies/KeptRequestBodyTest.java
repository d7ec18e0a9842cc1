package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.kernel.harness.Bodies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** SPEC §2.9: the response phase sees the request's body where a policy declares it, and only there. */
class KeptRequestBodyTest {
    private static final String WORKER = "workers: [ { name: w, timeout_ms: 5000 } ]\n";
    private static final String LOOKS = "[ { policy: looks } ]";
    private static final String LONG = "x".repeat(60_000);

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** A worker whose policy {@code looks} tells the client what was sent upstream. */
    private ScriptedWorker worker() {
        return kernel.worker("w")
                .with(
                        "looks",
                        Policies.onResponse(response -> ResponseOutcome.proceed(List.of(
                                new SetHeader("x-sent", "<" + response.request().body() + ">")))))
                .withRequestBodyKept("looks")
                .with("capitals", BodyNeed.BUFFERED, Bodies.capitals())
                .with("chunks", BodyNeed.BUFFERED_OR_STREAMING, Policies.chunks(Policies::upper))
                .with("sets", Policies.request(new SetBody(Buffer.buffer("set"), null)));
    }

    private void start(String request) {
        start(request, LOOKS);
    }

    private void start(String request, String response) {
        kernel.start(WORKER, route("r", request, response));
    }

    private SimResult exchange(BodySendMode mode, SimRequest request) {
        return Await.result(kernel.envoy(Bodies.filter(mode)).exchange(request, Upstream.replying(200)));
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#wholeModes")
    void isAskedForAndShownInEveryModeThatGivesAWholeBody(BodySendMode mode) {
        worker();
        start("[]");

        SimResult result = exchange(mode, SimRequest.post("/", "hello"));

        assertThat(result.reached().bodyText()).isEqualTo("hello");
        assertThat(result.response().header("x-sent")).isEqualTo("<hello>");
        Await.until(() -> kernel.bufferedBytes() == 0);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"passed\"}") == 1);
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#wholeModes")
    void isThatWhichPoliciesHaveSet(BodySendMode mode) {
        worker();
        start("[ { policy: capitals } ]");

        assertThat(exchange(mode, SimRequest.post("/", "hello")).response().header("x-sent"))
                .isEqualTo("<HELLO>");
    }

    @ParameterizedTest
    @CsvSource({"GET", "POST"})
    void isThatWhichAPolicyHasSetOnTheHeaders(String method) {
        worker();
        start("[ { policy: sets } ]");
        SimRequest request = method.equals("GET") ? SimRequest.get("/") : SimRequest.post("/", "hello");

        assertThat(exchange(BodySendMode.NONE, request).response().header("x-sent"))
                .isEqualTo("<set>");
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void isEmptyWhereTheRequestHasNone() {
        worker();
        start("[]");

        assertThat(exchange(BodySendMode.NONE, SimRequest.get("/")).response().header("x-sent"))
                .isEqualTo("<>");
    }

    @Test
    void isOpenedWhereItIsCodedAndGoesOnAsItWas() throws CodingException {
        Buffer coded = ContentCodings.of(List.of("gzip")).encoder().next(Buffer.buffer("hello"), true);
        worker();
        start("[]");

        SimResult result = exchange(
                BodySendMode.NONE,
                SimRequest.post("/")
                        .withHeader("content-encoding", "gzip")
                        .withBody(List.of(ByteString.copyFrom(coded.getBytes()))));

        assertThat(result.response().header("x-sent")).isEqualTo("<hello>");
        assertThat(result.reached().bodyBytes().toByteArray()).isEqualTo(coded.getBytes());
    }

    @Test
    void isRefusedWhereItsCodingCannotBeOpened() {
        worker();
        start("[]");

        SimResult result =
                exchange(BodySendMode.NONE, SimRequest.post("/", "x").withHeader("content-encoding", "unheard-of"));

        assertThat(result.status()).isEqualTo(415);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void letsAChainThatCouldStreamHoldTheBodyWhole() {
        worker();
        start("[ { policy: chunks } ]");

        SimResult result = exchange(BodySendMode.NONE, SimRequest.post("/", "hel", "lo"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.response().header("x-sent")).startsWith("<").isNotEqualTo("<null>");
    }

    @ParameterizedTest
    @CsvSource({"headers_only", "streaming"})
    void isAProblemWhereTheModeOfTheRequestFlowDoesNotKeepIt(String mode) {
        worker();
        kernel.start(
                WORKER,
                "route_policies:\n- route_name: r\n  request_flow: { processing_mode: " + mode
                        + ", policy_chain: [] }\n  response_flow: { policy_chain: " + LOOKS + " }\n");

        assertThat(exchange(BodySendMode.NONE, SimRequest.post("/", "hello")).status())
                .isEqualTo(500);
        assertThat(kernel.refusal("r")).contains("looks at the request's body, which 'processing_mode: " + mode);
    }

    @Test
    void isRefusedOnTheHeadersWhereEnvoyCannotBeAskedForIt() {
        worker();
        start("[]");
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(all -> all.setRequestBodyMode(BodySendMode.STREAMED))
                .build());

        SimResult result = Await.result(envoy.exchange(SimRequest.post("/", "hello"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void isRefusedWhereEnvoySkipsTheRequestHeaders() {
        worker();
        start("[]");
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(all -> all.setRequestHeaderMode(HeaderSendMode.SKIP))
                .responseAttribute("xds.route_name", "r")
                .build());

        SimResult result = Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void isRefusedBeyondTheLimitOfTheFlow() {
        worker();
        kernel.start(
                WORKER,
                "route_policies:\n- route_name: r\n  request_flow: { max_body_bytes: 4, policy_chain: [] }\n  response_flow: { policy_chain: "
                        + LOOKS + " }\n");

        SimResult result = exchange(BodySendMode.NONE, SimRequest.post("/", "hello"));

        assertThat(result.status()).isEqualTo(413);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void isCountedUntilTheResponseChainHasRun() {
        Promise<ResponseOutcome> late = Promise.promise();
        ScriptedWorker worker = worker().with("slow", Policies.onResponse(_ -> late.future()));
        start("[]", "[ { policy: looks }, { policy: slow } ]");
        EnvoySim envoy = kernel.envoy(Bodies.filter(BodySendMode.NONE));
        Promise<SimResponse> answer = Promise.promise();
        RunningExchange running = envoy.start(SimRequest.post("/", LONG), upstream(answer.future()));
        Await.until(() -> kernel.bufferedBytes() >= LONG.length());

        answer.complete(SimResponse.of(200));
        Await.until(() -> worker.calls() == 1);
        assertThat(kernel.bufferedBytes()).isGreaterThanOrEqualTo(LONG.length());
        late.complete(new ResponseOutcome.Proceed(List.of(), null));

        assertThat(Await.result(running.result()).status()).isEqualTo(200);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    /** Several small messages are not counted while they pass; what is kept of them is. */
    @Test
    void isCountedHoweverSmallItIs() {
        worker();
        start("[]");
        RunningExchange running = kernel.envoy(Bodies.filter(BodySendMode.NONE))
                .start(SimRequest.post("/", "x".repeat(2_000)), Upstream.silent());

        Await.until(() -> kernel.bufferedBytes() >= 2_000);
        running.hangUp();

        Await.until(() -> kernel.bufferedBytes() == 0 && kernel.activeExchanges() == 0);
    }

    @Test
    void takesItsPlaceFromOthersWhileTheUpstreamWorks() {
        worker().with("looks", Policies.onResponse(_ -> ResponseOutcome.proceed(List.of())));
        kernel.start(WORKER + "limits: { max_buffered_bytes: 100000 }\n", route("r", "[]", LOOKS));
        EnvoySim envoy = kernel.envoy(Bodies.filter(BodySendMode.NONE));
        RunningExchange first = envoy.start(SimRequest.post("/", LONG), Upstream.silent());
        Await.until(() -> kernel.bufferedBytes() >= LONG.length());

        SimResult second = Await.result(envoy.exchange(SimRequest.post("/", LONG), Upstream.replying(200)));
        assertThat(second.status()).isEqualTo(503);
        first.hangUp();
        Await.until(() -> kernel.bufferedBytes() == 0);

        assertThat(Await.result(envoy.exchange(SimRequest.post("/", LONG), Upstream.replying(200)))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void isGivenBackWhereARequestIsDeniedOrFails() {
        worker().with(
                        "denies",
                        BodyNeed.BUFFERED,
                        Policies.onRequest(_ -> Future.failedFuture(new IllegalStateException("a bug"))));
        start("[ { policy: denies } ]");

        assertThat(exchange(BodySendMode.NONE, SimRequest.post("/", LONG)).status())
                .isEqualTo(500);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void isNotKeptForAnEntryInTheShadowAloneWhichCannotDecideThen() {
        ScriptedWorker worker = worker();
        start("[]", "[ { policy: looks, mode: shadow } ]");

        SimResult result = exchange(BodySendMode.NONE, SimRequest.post("/", "hello"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.sentCases()).noneMatch(message -> message.name().contains("BODY"));
        Await.until(() -> worker.shadowOutcomes().size() == 1);
        assertThat(worker.shadowOutcomes().getFirst().name()).isEqualTo("ERROR");
    }

    @Test
    void isNotAskedForOfAWorkerWhoseProtocolDoesNotKnowIt() {
        worker().speaks(new ProtocolVersion(1, 1));
        start("[]");

        assertThat(exchange(BodySendMode.NONE, SimRequest.post("/", "hello")).status())
                .isEqualTo(500);
        assertThat(kernel.refusal("r")).contains("does not support the request's body in the response phase");
    }

    private static Upstream upstream(Future<SimResponse> answer) {
        return _ -> answer;
    }
}
