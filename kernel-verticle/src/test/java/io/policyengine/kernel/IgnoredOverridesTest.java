package io.policyengine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.Moment;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Envoys that ignore mode overrides, and clients and upstreams that only look like it: who is refused, and who never is. */
class IgnoredOverridesTest {
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
        kernel.worker("w")
                .with("read", BodyNeed.BUFFERED, Policies.request(new SetHeader("x-seen", "1")))
                .with("deny", BodyNeed.STREAMING, Policies.denyingChunk("evil"))
                .with("mask", BodyNeed.BUFFERED, Policies.response(new SetBody(Buffer.buffer("masked"), null)))
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(WORKER, """
                route_policies:
                  - { route_name: r, request_flow: { policy_chain: [ { policy: read } ] } }
                  - { route_name: s, request_flow: { policy_chain: [ { policy: read } ] } }
                  - { route_name: pieces, request_flow: { policy_chain: [ { policy: deny } ] } }
                  - { route_name: masked, response_flow: { policy_chain: [ { policy: mask } ] } }
                  - { route_name: events, response_flow: { policy_chain: [ { policy: capitals } ] } }
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
        return KernelHarness.await(envoy.exchange(POST, Upstream.replying(OK)));
    }

    private static SimResult get(EnvoySim envoy) {
        return KernelHarness.await(
                envoy.exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200, "secret"))));
    }

    private static ProcessingRequest.Builder request(String route, String... fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        List<String> all =
                new ArrayList<>(List.of(":method", "POST", ":path", "/", ":scheme", "http", ":authority", "a"));
        all.addAll(List.of(fields));
        for (int i = 0; i < all.size(); i += 2) {
            map.addHeaders(
                    HeaderValue.newBuilder().setKey(all.get(i)).setRawValue(ByteString.copyFromUtf8(all.get(i + 1))));
        }
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map))
                .putAttributes(
                        "envoy.filters.http.ext_proc",
                        Struct.newBuilder()
                                .putFields(
                                        "xds.route_name",
                                        Value.newBuilder().setStringValue(route).build())
                                .build())
                .setProtocolConfig(ProtocolConfiguration.getDefaultInstance());
    }

    private static ProcessingRequest response(String status, String... fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder()
                .addHeaders(HeaderValue.newBuilder().setKey(":status").setRawValue(ByteString.copyFromUtf8(status)));
        for (int i = 0; i < fields.length; i += 2) {
            map.addHeaders(
                    HeaderValue.newBuilder().setKey(fields[i]).setRawValue(ByteString.copyFromUtf8(fields[i + 1])));
        }
        return ProcessingRequest.newBuilder()
                .setResponseHeaders(HttpHeaders.newBuilder().setHeaders(map))
                .build();
    }

    /** A request that goes on and is answered, though its body was asked for and did not come. */
    private static ProcessingResponse ignored(EnvoySim envoy, String route, ProcessingRequest response) {
        RawStream stream = envoy.rawStream();
        stream.send(request(route).build());
        KernelHarness.await(stream.next());
        stream.send(response);
        ProcessingResponse answer = KernelHarness.await(stream.next());
        stream.reset();
        return answer;
    }

    private static boolean isAskedFor(EnvoySim envoy, String route) {
        RawStream stream = envoy.rawStream();
        stream.send(request(route).build());
        ProcessingResponse answer = KernelHarness.await(stream.next());
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
            KernelHarness.await(envoy.start(SimRequest.post("/", "a", "b"), Upstream.silent())
                    .hangUpWhen(i % 2 == 0 ? Moment.FIRST_MESSAGE_SENT : Moment.FIRST_ANSWER_APPLIED)
                    .result());
        }
        for (int i = 0; i < 40; i++) {
            RawStream stream = envoy.rawStream();
            stream.send(request("r", "content-length", "5").build());
            KernelHarness.await(stream.next());
            stream.reset();
        }
        Awaitility.await().until(() -> kernel.activeExchanges() == 0);

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
                KernelHarness.await(stream.next());
                stream.send(response("200"));
                boolean heldBack = i >= 3;
                if (!heldBack) {
                    KernelHarness.await(stream.next());
                }
                stream.reset();
                Awaitility.await().until(() -> kernel.activeExchanges() == 0);
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
    void responsesThatAnEnvoyKeepsBackReachTheClientThreeTimesAtMost() {
        readBodies();
        for (String route : List.of("masked", "events")) {
            EnvoySim deaf = deaf(route);
            List<SimResult> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(get(deaf));
                Awaitility.await().until(() -> kernel.activeExchanges() == 0);
            }

            assertThat(results.subList(3, 8)).allSatisfy(result -> {
                assertThat(result.status()).isEqualTo(500);
                assertThat(result.response().bodyText()).doesNotContain("secret");
            });
            assertThat(results.getLast().upstream()).isNull();
        }
    }

    @Test
    void piecesThatAnEnvoyKeepsBackAreAskedForWholeOnceAndThenNoMore() {
        readBodies();
        EnvoySim deaf = deaf("pieces");

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
        EnvoySim envoy = good("pieces");
        RawStream early = envoy.rawStream();
        early.send(request("pieces").build());
        KernelHarness.await(early.next());
        early.send(response("401"));
        assertThat(KernelHarness.await(early.next()).hasImmediateResponse()).isTrue();
        early.reset();
        SimRequest harmless = SimRequest.post("/", "good");

        SimResult second = KernelHarness.await(envoy.exchange(harmless, Upstream.replying(OK)));
        SimResult third = KernelHarness.await(envoy.exchange(harmless, Upstream.replying(OK)));

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.received().getFirst().getModeOverride().getRequestBodyMode())
                .isEqualTo(BodySendMode.BUFFERED);
        assertThat(third.received().getFirst().getModeOverride().getRequestBodyMode())
                .isEqualTo(BodySendMode.STREAMED);
    }

    @Test
    void answersOfEnvoysOwnToABodyThatComesBadlySayNothing() {
        readBodies();
        EnvoySim envoy = good("r");
        for (String status : List.of("400", "408", "413", "503")) {
            ignored(envoy, "r", response(status));
        }

        assertThat(isAskedFor(envoy, "r")).isTrue();

        ignored(envoy, "r", response("503", "x-envoy-upstream-service-time", "1"));
        assertThat(isAskedFor(envoy, "r")).isFalse();
    }

    @Test
    void trailersWithoutABodyThatWasAnnouncedShowThatItPassedUnseen() {
        readBodies();
        EnvoySim envoy = good("r");
        RawStream stream = envoy.rawStream();
        stream.send(request("r", "content-length", "4").build());
        KernelHarness.await(stream.next());

        stream.send(ProcessingRequest.newBuilder()
                .setRequestTrailers(HttpTrailers.getDefaultInstance())
                .build());

        assertThat(KernelHarness.await(stream.next()).hasImmediateResponse()).isTrue();
        assertThat(isAskedFor(envoy, "r")).isFalse();
    }

    @Test
    void trailersOfAnEnvoyThatSendsThemAnywayAreNoBody() {
        readBodies();
        EnvoySim deaf = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(it -> it.setRequestTrailerMode(HeaderSendMode.SEND))
                .build());
        SimRequest request = SimRequest.post("/", "evil").withTrailers("a", "b");

        List<SimResult> results = IntStream.range(0, 8)
                .mapToObj(_ -> KernelHarness.await(deaf.exchange(request, Upstream.replying(OK))))
                .toList();

        assertThat(results).allMatch(result -> result.status() == 500);
        assertThat(results.subList(4, 8)).allMatch(result -> result.upstream() == null);
    }

    @Test
    void aConfigurationThatIsReadAnewGivesAnEnvoyAnotherTry() {
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

        assertThat(KernelHarness.await(stream.next()).hasModeOverride()).isTrue();
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

        KernelHarness.await(deaf.shutdown());
        Awaitility.await().until(() -> kernel.metric("policy_kernel_ignored_mode_overrides") == 0);
        assertThat(kernel.admin("/health/ready")).doesNotContain("mode_override");
    }
}
