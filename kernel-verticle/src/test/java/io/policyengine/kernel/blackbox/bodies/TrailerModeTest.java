package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that Envoy sends by its own configuration, and the trailers after them, which may be all that tells their end. */
class TrailerModeTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    private static final String FIXED = WORKER + "envoy: { allow_mode_override: false }\n";
    private static final String FIXED_WITH_TRAILERS =
            WORKER + "envoy: { allow_mode_override: false, trailers: send }\n";
    private static final String FAILED = "policy_kernel_exchanges_total{outcome=\"failed\"}";

    private static final SimRequest WITH_TRAILERS =
            SimRequest.post("/", "one ", "two").withTrailers("a", "b");
    private static final SimRequest TRAILERS_ONLY = SimRequest.post("/").withTrailers("a", "b");
    private static final SimResponse OK = SimResponse.of(200);

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** One that lets no mode be overridden. */
    private static FilterConfigBuilder fixed(BodySendMode body, HeaderSendMode trailers) {
        return KernelHarness.filterBuilder("r")
                .mode(it -> it.setRequestBodyMode(body)
                        .setResponseBodyMode(body)
                        .setRequestTrailerMode(trailers)
                        .setResponseTrailerMode(trailers));
    }

    private static FilterConfig skipping(BodySendMode body) {
        return fixed(body, HeaderSendMode.SKIP).build();
    }

    private static FilterConfig sending(BodySendMode body) {
        return fixed(body, HeaderSendMode.SEND).build();
    }

    private SimResult exchange(FilterConfig filter, SimRequest request, Upstream upstream) {
        return exchange(kernel.envoy(filter), request, upstream);
    }

    private static SimResult exchange(EnvoySim envoy, SimRequest request, Upstream upstream) {
        return Await.result(envoy.exchange(request, upstream));
    }

    private SimResult exchange(FilterConfig filter, SimRequest request, SimResponse response) {
        return exchange(filter, request, Upstream.replying(response));
    }

    private void holdOnRequest(String settings) {
        kernel.worker("w").with("hold", BodyNeed.STREAMING, Policies.filtering(Policies::holdingLastOctet));
        kernel.start(settings, route("r", "[ { policy: hold } ]", "[]"));
    }

    private void holdOnResponse(String settings) {
        kernel.worker("w").with("hold", BodyNeed.STREAMING, Policies.filtering(Policies::holdingLastOctet));
        kernel.start(settings, route("r", "[]", "[ { policy: hold } ]"));
    }

    /** The first policy waits for the body, the second for its turn. */
    private void readThenDeny(String settings) {
        kernel.worker("w")
                .with("read", BodyNeed.BUFFERED, Policies.request(new SetHeader("x-seen", "1")))
                .with("deny", Policies.denying(401, "no"));
        kernel.start(settings, route("r", "[ { policy: read }, { policy: deny } ]", "[]"));
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"STREAMED", "BUFFERED", "BUFFERED_PARTIAL"})
    void aChainThatLooksAtBodiesIsRefusedOnTheHeadersWhereTrailersCannotCome(BodySendMode mode) {
        holdOnRequest(FIXED);

        SimResult result = exchange(skipping(mode), SimRequest.post("/", "body"), OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void aChainThatWaitsForTheBodyIsRefusedOnTheHeadersWhereTrailersCannotCome() {
        readThenDeny(FIXED);

        SimResult result = exchange(skipping(BodySendMode.BUFFERED), TRAILERS_ONLY, OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void aResponseChainIsRefusedBeforeTheRequestGoesUpstream() {
        holdOnResponse(FIXED);

        SimResult result = exchange(skipping(BodySendMode.STREAMED), SimRequest.get("/"), OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void bodiesThatComeEarlyRuleAskingForTrailersOut() {
        holdOnRequest(WORKER);

        SimResult result = exchange(
                fixed(BodySendMode.STREAMED, HeaderSendMode.SKIP)
                        .allowModeOverride(true)
                        .sendBodyWithoutWaitingForHeaderResponse(true)
                        .build(),
                WITH_TRAILERS,
                OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void messagesWithoutBodyHaveNoTrailersAndPass() {
        holdOnRequest(FIXED);

        assertThat(exchange(skipping(BodySendMode.STREAMED), SimRequest.get("/"), OK)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void chainsThatLookAtNoBodyPass() {
        kernel.worker("w").with("set", Policies.request(new SetHeader("x-seen", "1")));
        kernel.start(FIXED, route("r", "[ { policy: set } ]", "[]"));

        SimResult result = exchange(skipping(BodySendMode.STREAMED), WITH_TRAILERS, OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().bodyText()).isEqualTo("one two");
    }

    @Test
    void whereEnvoySendsTrailersEveryPolicyRunsOnAMessageOfTrailers() {
        readThenDeny(FIXED_WITH_TRAILERS);

        SimResult result = exchange(sending(BodySendMode.BUFFERED), TRAILERS_ONLY, OK);

        assertThat(result.status()).isEqualTo(401);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void whereEnvoySendsTrailersChunksGoOnAndHeldOnesAreRefusedBeforeThem() {
        kernel.worker("w")
                .with("hold", BodyNeed.STREAMING, Policies.filtering(Policies::holdingLastOctet))
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(
                FIXED_WITH_TRAILERS,
                route("r", "[ { policy: capitals } ]", "[]")
                        + route("held", "[ { policy: hold } ]", "[]").replace("route_policies:\n", ""));
        FilterConfig held = fixed(BodySendMode.STREAMED, HeaderSendMode.SEND)
                .routeName("held")
                .build();

        assertThat(exchange(sending(BodySendMode.STREAMED), WITH_TRAILERS, OK)
                        .reached()
                        .bodyText())
                .isEqualTo("ONE TWO");
        assertThat(exchange(held, WITH_TRAILERS, OK).status()).isEqualTo(500);
    }

    @Test
    void anUpstreamMayAnswerEarlyWhereEnvoySendsTrailers() {
        holdOnRequest(FIXED_WITH_TRAILERS);

        SimResult result = exchange(
                sending(BodySendMode.STREAMED),
                SimRequest.post("/", "one ", "two"),
                Upstream.early(SimResponse.of(401)));

        assertThat(result.status()).isEqualTo(401);
    }

    /** Envoy ignores the override that asks for trailers, and keeps those of the first request back. */
    @Test
    void onceTrailersThatWereAskedForDidNotComeFurtherExchangesAreRefusedOnTheHeaders() {
        readThenDeny(WORKER);

        EnvoySim envoy = kernel.envoy(skipping(BodySendMode.BUFFERED));

        SimResult first = exchange(envoy, TRAILERS_ONLY, Upstream.replying(OK));
        SimResult second = exchange(envoy, TRAILERS_ONLY, Upstream.replying(OK));

        assertThat(first.status()).isEqualTo(500);
        assertThat(second.status()).isEqualTo(500);
        assertThat(second.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(second.upstream()).isNull();
    }

    @Test
    void chunksOfABufferedBodyThatNeverCameAreMissedLikeAWholeOne() {
        holdOnRequest(WORKER);

        EnvoySim envoy = kernel.envoy(skipping(BodySendMode.BUFFERED));

        SimResult first = exchange(envoy, TRAILERS_ONLY, Upstream.replying(OK));
        SimResult second = exchange(envoy, TRAILERS_ONLY, Upstream.replying(OK));

        assertThat(first.status()).isEqualTo(500);
        assertThat(second.upstream()).isNull();
    }

    @Test
    void aRequestThatMayBeCutGetsNoAnswerOfTheUpstream() {
        holdOnRequest(WORKER);

        SimResult result = exchange(skipping(BodySendMode.STREAMED), WITH_TRAILERS, OK);

        assertThat(result.status()).isEqualTo(500);
        Await.until(() -> kernel.metric(FAILED) == 1);
    }

    @Test
    void aCodingWithoutItsEndIsACutToo() throws CodingException {
        kernel.worker("w").with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[]"));
        Buffer coded = ContentCodings.of(List.of("gzip")).encoder().next(Buffer.buffer("text"), true);
        SimRequest request = SimRequest.post("/")
                .withBody(List.of(ByteString.copyFrom(coded.getBytes())))
                .withHeader("content-encoding", "gzip")
                .withTrailers("a", "b");

        SimResult result = exchange(skipping(BodySendMode.STREAMED), request, OK);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void aResponseThatMayBeCutIsCountedAsFailed() {
        holdOnResponse(WORKER);

        exchange(
                skipping(BodySendMode.STREAMED),
                SimRequest.get("/"),
                SimResponse.of(200, "one ", "two").withTrailers("a", "b"));

        Await.until(() -> kernel.metric(FAILED) == 1);
    }

    @Test
    void trailersThatCameUponAskingMakeAnEarlyAnswerNoCut() {
        holdOnRequest(WORKER);
        EnvoySim obedient = kernel.envoy(fixed(BodySendMode.STREAMED, HeaderSendMode.SKIP)
                .allowModeOverride(true)
                .build());
        exchange(obedient, WITH_TRAILERS, Upstream.replying(OK));

        SimResult result = exchange(obedient, SimRequest.post("/", "one ", "two"), Upstream.early(SimResponse.of(401)));

        assertThat(result.status()).isEqualTo(401);
    }
}
