package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.RawMessages.request;
import static io.policyengine.kernel.harness.RawMessages.requestTrailers;
import static io.policyengine.kernel.harness.RawMessages.response;
import static io.policyengine.kernel.harness.RawMessages.responseTrailers;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.Moment;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Envoys that ignore mode overrides, and clients and upstreams that only look like it: who is refused, and who never is. */
class IgnoredModeOverridesTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    private static final String LOST =
            "policy_kernel_mode_override_trust_changes_total{direction=\"request\",route=\"r\",standing=\"lost\"}";
    private static final SimRequest POST = SimRequest.post("/", "evil");
    private static final SimResponse OK = SimResponse.of(200);

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void readBodies() {
        readBodies("");
    }

    private void readBodies(String settings) {
        kernel.worker("w")
                .with("read", BodyNeed.BUFFERED, Policies.request(new SetHeader("x-seen", "1")))
                .with("deny", BodyNeed.STREAMING, Policies.denyingChunk("evil"))
                .with("mask", BodyNeed.BUFFERED, Policies.response(new SetBody(Buffer.buffer("masked"), null)))
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper))
                .with("permit", Policies.request())
                .withEnd("permit", EndAccuracy.EXACT);
        kernel.start(WORKER + settings, """
                route_policies:
                  - { route_name: r, request_flow: { policy_chain: [ { policy: read } ] } }
                  - { route_name: s, request_flow: { policy_chain: [ { policy: read } ] } }
                  - { route_name: chunks, request_flow: { policy_chain: [ { policy: deny } ] } }
                  - { route_name: masked, response_flow: { policy_chain: [ { policy: mask } ] } }
                  - { route_name: events, response_flow: { policy_chain: [ { policy: capitals } ] } }
                  - { route_name: permits, request_flow: { policy_chain: [ { policy: permit } ] } }
                """);
    }

    /** An Envoy that ignores mode overrides. */
    private EnvoySim deaf(String route) {
        return kernel.envoy(KernelHarness.filterBuilder(route).build());
    }

    private EnvoySim good(String route) {
        return kernel.envoy(KernelHarness.filter(route));
    }

    private static SimResult post(EnvoySim envoy) {
        return Await.result(envoy.exchange(POST, Upstream.replying(OK)));
    }

    private static SimResult get(EnvoySim envoy) {
        return Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200, "secret"))));
    }

    /** A request that goes on and is answered, though its body was asked for and did not come. */
    private static ProcessingResponse ignored(EnvoySim envoy, String route, ProcessingRequest response) {
        RawStream stream = envoy.rawStream();
        stream.send(request(route).build());
        Await.result(stream.next());
        stream.send(response);
        ProcessingResponse answer = Await.result(stream.next());
        stream.reset();
        return answer;
    }

    /** The client goes away, or the upstream breaks off, before anything of a body has come, until responses have to prove themselves. */
    private void makeSuspect(EnvoySim envoy, String route) {
        for (int i = 0; i < 3; i++) {
            RawStream stream = envoy.rawStream();
            stream.send(request(route).build());
            Await.result(stream.next());
            stream.send(response("200"));
            Await.result(stream.next());
            stream.reset();
            Await.until(() -> kernel.activeExchanges() == 0);
        }
    }

    /** A response to a request of this route whose headers are held back. */
    private static RawStream heldBack(EnvoySim envoy, String route) {
        RawStream stream = envoy.rawStream();
        stream.send(request(route).build());
        assertThat(Await.result(stream.next()).getModeOverride().getResponseBodyMode())
                .isEqualTo(BodySendMode.FULL_DUPLEX_STREAMED);
        return stream.send(response("200"));
    }

    private static boolean isAskedFor(EnvoySim envoy, String route) {
        RawStream stream = envoy.rawStream();
        stream.send(request(route).build());
        ProcessingResponse answer = Await.result(stream.next());
        stream.reset();
        return answer.hasModeOverride();
    }

    @Test
    void oneRequestReachesTheUpstreamUnseenAndTheOthersAreRefusedOnTheirHeaders() {
        readBodies();
        EnvoySim deaf = deaf("r");

        SimResult first = post(deaf);
        List<SimResult> others = IntStream.range(0, 5).mapToObj(_ -> post(deaf)).toList();

        assertThat(first.status()).isEqualTo(500);
        assertThat(others).allSatisfy(other -> {
            assertThat(other.status()).isEqualTo(500);
            assertThat(other.upstream()).isNull();
        });
        assertThat(kernel.metric(LOST)).isEqualTo(1);
        assertThat(kernel.metric("policy_kernel_ignored_mode_overrides")).isEqualTo(1);
    }

    @Test
    void anEnvoyThatIgnoresOverridesClosesNoRouteForOthers() {
        readBodies();
        EnvoySim deaf = deaf("r");
        EnvoySim good = good("r");
        for (int i = 0; i < 5; i++) {
            post(deaf);
        }

        assertThat(post(good).status()).isEqualTo(200);
        assertThat(post(deaf).upstream()).isNull();
        assertThat(post(good).status()).isEqualTo(200);
    }

    @Test
    void aRouteWhoseOverridesAreIgnoredClosesNoOtherOfTheSameConnection() {
        readBodies();
        EnvoySim envoy = good("r");

        assertThat(ignored(envoy, "r", response("200")).hasImmediateResponse()).isTrue();

        assertThat(isAskedFor(envoy, "r")).isFalse();
        assertThat(isAskedFor(envoy, "s")).isTrue();
    }

    @Test
    void anEnvoyThatRulesOverridesOutIsRefusedAndNoOtherIs() {
        readBodies();
        EnvoySim ruledOut = kernel.envoy(KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .sendBodyWithoutWaitingForHeaderResponse(true)
                .build());

        assertThat(post(ruledOut).upstream()).isNull();
        assertThat(post(good("r")).status()).isEqualTo(200);
    }

    @Test
    void aFloodOfClientsThatHangUpClosesNothing() {
        readBodies();
        EnvoySim envoy = good("r");
        for (int i = 0; i < 40; i++) {
            Await.result(envoy.start(SimRequest.post("/", "a", "b"), Upstream.silent())
                    .hangUpWhen(i % 2 == 0 ? Moment.FIRST_MESSAGE_SENT : Moment.FIRST_ANSWER_APPLIED)
                    .result());
        }
        for (int i = 0; i < 40; i++) {
            RawStream stream = envoy.rawStream();
            stream.send(request("r", "content-length", "5").build());
            Await.result(stream.next());
            stream.reset();
        }
        Await.until(() -> kernel.activeExchanges() == 0);

        assertThat(post(envoy).status()).isEqualTo(200);
        assertThat(kernel.metric(LOST)).isZero();
    }

    @Test
    void anUpstreamThatBreaksOffItsResponsesClosesNoRouteNotEvenItsOwn() {
        readBodies();
        for (String route : List.of("masked", "events")) {
            EnvoySim envoy = good(route);
            for (int i = 0; i < 10; i++) {
                RawStream stream = envoy.rawStream();
                stream.send(request(route).build());
                Await.result(stream.next());
                stream.send(response("200"));
                boolean heldBack = i >= 3;
                if (!heldBack) {
                    Await.result(stream.next());
                }
                stream.reset();
                Await.until(() -> kernel.activeExchanges() == 0);
            }

            List<String> bodies = IntStream.range(0, 3)
                    .mapToObj(_ -> get(envoy).response().bodyText())
                    .toList();

            assertThat(bodies).containsOnly(route.equals("masked") ? "masked" : "SECRET");
        }
        assertThat(post(good("r")).status()).isEqualTo(200);
        assertThat(kernel.metric("policy_kernel_ignored_mode_overrides")).isZero();
    }

    @Test
    void eventsThatAreQuietForLongAreHeldBackAndNeverRefused() {
        readBodies("limits: { phase_timeout_ms: 1000, body_idle_timeout_ms: 2000 }\n");
        EnvoySim envoy = good("events");
        makeSuspect(envoy, "events");
        makeSuspect(envoy, "masked");
        List<RawStream> quiet =
                IntStream.range(0, 4).mapToObj(_ -> heldBack(envoy, "events")).toList();
        RawStream gathered = heldBack(envoy, "masked");

        // It waits longer than a phase may last.
        assertThat(Await.result(gathered.next())
                        .getImmediateResponse()
                        .getStatus()
                        .getCodeValue())
                .isEqualTo(504);

        for (RawStream stream : quiet) {
            stream.send(ProcessingRequest.newBuilder()
                    .setResponseBody(HttpBody.newBuilder().setBody(ByteString.copyFromUtf8("event")))
                    .build());
            assertThat(Await.result(stream.next()).hasResponseHeaders()).isTrue();
            stream.reset();
        }
        assertThat(get(envoy).response().bodyText()).isEqualTo("SECRET");
        assertThat(kernel.metric("policy_kernel_ignored_mode_overrides")).isZero();
    }

    @Test
    void requestsThatEndWithTrailersAndNoBodyCloseNoRoute() {
        readBodies();
        for (String route : List.of("r", "chunks")) {
            EnvoySim envoy = good(route);
            for (String length : List.of("", "0", "00", "", "")) {
                RawStream stream = envoy.rawStream();
                stream.send((length.isEmpty() ? request(route) : request(route, "content-length", length)).build());
                Await.result(stream.next());
                stream.send(requestTrailers());
                assertThat(Await.result(stream.next()).hasImmediateResponse()).isTrue();
                stream.reset();
            }

            SimResult next = Await.result(envoy.exchange(SimRequest.post("/", "good"), Upstream.replying(OK)));

            assertThat(next.status()).isEqualTo(200);
            assertThat(next.received().getFirst().getModeOverride().getRequestBodyMode())
                    .isEqualTo(route.equals("r") ? BodySendMode.BUFFERED : BodySendMode.STREAMED);
        }
        assertThat(kernel.metric("policy_kernel_ignored_mode_overrides")).isZero();
    }

    @Test
    void responsesThatMayHaveNoBodySayNothingWhateverTheyAnnounce() {
        readBodies();
        EnvoySim envoy = good("events");
        makeSuspect(envoy, "events");
        for (String route : List.of("events", "permits")) {
            // Where policies look at bodies, what may follow 204 and 304 is replaced by nothing.
            List<String> statuses =
                    route.equals("events") ? List.of("200", "200") : List.of("200", "204", "304", "200", "304");
            for (String status : statuses) {
                RawStream stream = envoy.rawStream();
                String method = status.equals("200") ? "HEAD" : "GET";
                stream.send(request(method, route, new String[0]).build());
                Await.result(stream.next());
                stream.send(response(status, "content-length", "5"));
                assertThat(Await.result(stream.next()).hasResponseHeaders()).isTrue();
                stream.send(responseTrailers());
                assertThat(Await.result(stream.next()).hasResponseTrailers()).isTrue();
                stream.reset();
                Await.until(() -> kernel.activeExchanges() == 0);
            }
        }

        assertThat(get(envoy).response().bodyText()).isEqualTo("SECRET");
        assertThat(get(good("permits")).status()).isEqualTo(200);
        assertThat(kernel.metric("policy_kernel_ignored_mode_overrides")).isZero();
    }

    @Test
    void readinessSaysWhichResponsesHaveToProveThemselvesUntilOneHas() {
        readBodies();
        EnvoySim envoy = good("events");
        makeSuspect(envoy, "events");

        assertThat(kernel.admin("/health/ready")).startsWith("200").contains("route 'events'", "held back", "504");

        get(envoy);
        assertThat(kernel.admin("/health/ready")).doesNotContain("route 'events'");
    }

    @Test
    void responsesThatAnEnvoyKeepsBackReachTheClientThreeTimesAtMost() {
        readBodies();
        for (String route : List.of("masked", "events")) {
            EnvoySim deaf = kernel.envoy(KernelHarness.filterBuilder(route)
                    .messageTimeout(Duration.ofSeconds(1))
                    .build());
            List<SimResult> results = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                results.add(get(deaf));
                Await.until(() -> kernel.activeExchanges() == 0);
            }

            assertThat(results.subList(3, 5)).allSatisfy(result -> {
                assertThat(result.status()).isEqualTo(504);
                assertThat(result.response().bodyText()).doesNotContain("secret");
            });
        }
    }

    @Test
    void chunksThatAnEnvoyKeepsBackAreAskedForWholeOnceAndThenNoMore() {
        readBodies();
        EnvoySim deaf = deaf("chunks");

        List<SimResult> results =
                IntStream.range(0, 5).mapToObj(_ -> post(deaf)).toList();

        assertThat(results).allMatch(result -> result.status() == 500);
        assertThat(results.get(1).received().getFirst().getModeOverride().getRequestBodyMode())
                .isEqualTo(BodySendMode.BUFFERED);
        assertThat(results.subList(2, 5)).allMatch(result -> result.upstream() == null);
    }

    @Test
    void anUpstreamThatAnswersBeforeItGetsABodyMakesTheNextOneBeAskedForWholeAndNoMore() {
        readBodies();
        EnvoySim envoy = good("chunks");
        RawStream early = envoy.rawStream();
        early.send(request("chunks").build());
        Await.result(early.next());
        early.send(response("401"));
        assertThat(Await.result(early.next()).hasImmediateResponse()).isTrue();
        early.reset();
        SimRequest harmless = SimRequest.post("/", "good");

        SimResult second = Await.result(envoy.exchange(harmless, Upstream.replying(OK)));
        SimResult third = Await.result(envoy.exchange(harmless, Upstream.replying(OK)));

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.received().getFirst().getModeOverride().getRequestBodyMode())
                .isEqualTo(BodySendMode.BUFFERED);
        assertThat(third.received().getFirst().getModeOverride().getRequestBodyMode())
                .isEqualTo(BodySendMode.STREAMED);
    }

    @Test
    void trailersWithoutABodyThatWasAnnouncedShowThatItPassedUnseen() {
        readBodies();
        EnvoySim envoy = good("r");
        RawStream stream = envoy.rawStream();
        stream.send(request("r", "content-length", "4").build());
        Await.result(stream.next());

        stream.send(requestTrailers());

        assertThat(Await.result(stream.next()).hasImmediateResponse()).isTrue();
        assertThat(isAskedFor(envoy, "r")).isFalse();
    }

    @Test
    void trailersOfAnEnvoyThatSendsThemAnywayAreNoBodyAndTheFirstRequestWithoutThemTells() {
        readBodies();
        EnvoySim deaf = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(it -> it.setRequestTrailerMode(HeaderSendMode.SEND))
                .build());
        SimRequest request = SimRequest.post("/", "evil").withTrailers("a", "b");

        List<SimResult> results = IntStream.range(0, 8)
                .mapToObj(_ -> Await.result(deaf.exchange(request, Upstream.replying(OK))))
                .toList();

        assertThat(results).allMatch(result -> result.status() == 500);
        post(deaf);
        assertThat(post(deaf).upstream()).isNull();
        SimResult last = Await.result(deaf.exchange(request, Upstream.replying(OK)));
        assertThat(last.status()).isEqualTo(500);
        assertThat(last.upstream()).isNull();
    }

    @Test
    void aConfigurationThatIsReadAgainGivesAnEnvoyAnotherTry() {
        readBodies();
        EnvoySim envoy = good("r");
        ignored(envoy, "r", response("200"));
        assertThat(post(envoy).status()).isEqualTo(500);

        kernel.reload();

        assertThat(kernel.metric("policy_kernel_ignored_mode_overrides")).isZero();
        assertThat(post(envoy).status()).isEqualTo(200);
    }

    @Test
    void anEnvoyThatTellsOtherModesIsAnotherEnvoy() {
        readBodies();
        EnvoySim envoy = good("r");
        ignored(envoy, "r", response("200"));

        RawStream stream = envoy.rawStream();
        stream.send(request("r")
                .setProtocolConfig(ProtocolConfiguration.newBuilder().setResponseBodyMode(BodySendMode.BUFFERED))
                .build());

        assertThat(Await.result(stream.next()).hasModeOverride()).isTrue();
        assertThat(isAskedFor(envoy, "r")).isFalse();
    }

    @Test
    void readinessNamesTheEnvoyTheRouteAndTheRemedyUntilTheConnectionEnds() {
        readBodies();
        EnvoySim deaf = deaf("r");
        post(deaf);

        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("ignores mode_override", "route 'r'", "allow_mode_override: true", "127.0.0.1");

        Await.result(deaf.shutdown());
        Await.until(() -> kernel.metric("policy_kernel_ignored_mode_overrides") == 0);
        assertThat(kernel.admin("/health/ready")).doesNotContain("mode_override");
    }
}
