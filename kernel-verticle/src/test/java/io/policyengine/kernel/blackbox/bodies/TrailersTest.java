package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.StringNode;

/** Policies that look at trailers: when they are called, what they may change, and what follows where they fail. */
class TrailersTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    private static final String LOOK = "[ { policy: look } ]";
    private static final SimResponse WITH_TRAILERS =
            SimResponse.of(200, "body").withTrailers("x-usage", "7", "x-secret", "s");

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w");
    private final List<TrailersContext> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        Await.until(() -> kernel.activeExchanges() == 0);
        assertThat(kernel.bufferedBytes()).isZero();
        kernel.close();
    }

    private Policy looking(TrailersOutcome outcome) {
        return Policies.onTrailers(trailers -> {
            seen.add(trailers);
            return Future.succeededFuture(outcome);
        });
    }

    private Policy looking() {
        return looking(new TrailersOutcome(List.of()));
    }

    private SimResult exchange(FilterConfig filter, SimRequest request, SimResponse response) {
        return Await.result(kernel.envoy(filter).exchange(request, Upstream.replying(response)));
    }

    private SimResult exchange(SimRequest request, SimResponse response) {
        return exchange(KernelHarness.filter("r"), request, response);
    }

    private static @Nullable String trailer(SimResult result, String name) {
        return Objects.requireNonNull(result.response().trailers()).get(name);
    }

    private static FilterConfig receivingMetadata() {
        return KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .receivingNamespaces(Set.of("epe"))
                .build();
    }

    @Test
    void trailersOfAResponseAreAskedForSeenAndChangedWithoutItsBody() {
        worker.with(
                "look",
                looking(new TrailersOutcome(List.of(
                        new SetHeader("x-usage", "8"),
                        new AppendHeader("x-added", "1"),
                        new RemoveHeader("x-secret"),
                        new SetMetadata("usage", StringNode.valueOf("8"))))),
                Fact.READS_TRAILERS);
        kernel.start(WORKER + "envoy: { receiving_namespaces: [ epe ] }\n", route("r", "[]", LOOK));

        SimResult result = exchange(receivingMetadata(), SimRequest.get("/path"), WITH_TRAILERS.withHeader("a", "b"));

        assertThat(result.sentCases())
                .containsExactly(
                        RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS, RequestCase.RESPONSE_TRAILERS);
        assertThat(result.response().bodyText()).isEqualTo("body");
        assertThat(trailer(result, "x-usage")).isEqualTo("8");
        assertThat(trailer(result, "x-added")).isEqualTo("1");
        assertThat(trailer(result, "x-secret")).isNull();
        assertThat(Objects.requireNonNull(result.dynamicMetadata().get("epe"))
                        .getFieldsOrThrow("usage")
                        .getStringValue())
                .isEqualTo("8");
        TrailersContext context = seen.getFirst();
        assertThat(context.trailers().get("x-usage")).isEqualTo("7");
        assertThat(context.response().status()).isEqualTo(200);
        assertThat(context.response().headers().get("a")).isEqualTo("b");
        assertThat(context.request().path()).isEqualTo("/path");
        assertThat(context.originalRequest().path()).isEqualTo("/path");
    }

    @Test
    void trailersOfARequestAreAskedForSeenAndChanged() {
        worker.with(
                "look", looking(new TrailersOutcome(List.of(new SetHeader("x-checksum", "2")))), Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", LOOK, "[]"));

        SimResult result = exchange(SimRequest.post("/", "body").withTrailers("x-checksum", "1"), SimResponse.of(200));

        assertThat(result.sentCases()).startsWith(RequestCase.REQUEST_HEADERS, RequestCase.REQUEST_TRAILERS);
        assertThat(Objects.requireNonNull(result.reached().trailers()).get("x-checksum"))
                .isEqualTo("2");
        assertThat(seen.getFirst().trailers().get("x-checksum")).isEqualTo("1");
        assertThat(seen.getFirst().response().status()).isZero();
    }

    @Test
    void eachPolicySeesTheTrailersAndTheMetadataThatTheOneBeforeLeft() {
        worker.with(
                        "first",
                        looking(new TrailersOutcome(
                                List.of(new SetHeader("x-a", "1"), new SetMetadata("a", StringNode.valueOf("1"))))),
                        Fact.READS_TRAILERS)
                .with("look", looking(), Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", "[]", "[ { policy: first }, { policy: look } ]"));

        exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(seen).hasSize(2);
        assertThat(seen.getLast().trailers().get("x-a")).isEqualTo("1");
        assertThat(seen.getLast().metadata().get("a")).isEqualTo(StringNode.valueOf("1"));
    }

    @Test
    void policiesThatDoNotDeclareItAreNotCalledAndNothingIsAskedFor() {
        worker.with("look", looking());
        kernel.start(WORKER, route("r", LOOK, LOOK));

        SimResult result = exchange(SimRequest.post("/", "b").withTrailers("a", "b"), WITH_TRAILERS);

        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS);
        assertThat(seen).isEmpty();
        assertThat(trailer(result, "x-usage")).isEqualTo("7");
    }

    @Test
    void entriesThatDidNotRunOnTheHeadersAreNotCalled() {
        worker.with("look", looking(), Fact.READS_TRAILERS)
                .with(
                        "skip",
                        Policies.onResponse(
                                _ -> Future.succeededFuture(new ResponseOutcome.SkipRemaining(List.of(), null))))
                .with("broken", failingOnHeaders(), Fact.READS_TRAILERS)
                .with("last", looking(), Fact.READS_TRAILERS);
        kernel.start(
                WORKER,
                route(
                        "r",
                        "[]",
                        "[ { policy: look, name: never, when: 'response.status == 500' },"
                                + " { policy: look, name: runs, when: 'response.status == 200' },"
                                + " { policy: broken, on_failure: continue }, { policy: skip }, { policy: last } ]"));

        exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(seen).hasSize(1);
    }

    private Policy failingOnHeaders() {
        return new Policy() {
            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "it broke"));
            }

            @Override
            public Future<TrailersOutcome> onResponseTrailers(TrailersContext trailers) {
                seen.add(trailers);
                return TrailersOutcome.unchanged();
            }
        };
    }

    @Test
    void aFailureThatDeniesBreaksTheResponseOff() {
        worker.with("look", failing(), Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", "[]", LOOK));

        SimResult result = exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(result.response().trailers()).isNull();
        assertThat(result.reset()).isTrue();
        Await.until("it is counted", () -> kernel.metric("policy_kernel_exchanges_total{outcome=\"failed\"}") == 1);
    }

    @Test
    void aFailureThatContinuesLetsTheTrailersPassAsTheyWere() {
        worker.with("look", failing(), Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", "[]", "[ { policy: look, on_failure: continue } ]"));

        SimResult result = exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(trailer(result, "x-usage")).isEqualTo("7");
    }

    private static Policy failing() {
        return Policies.onTrailers(
                _ -> Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "it broke")));
    }

    @Test
    void aPolicyThatHangsOnTrailersFails() {
        worker.with(
                "look",
                Policies.onTrailers(_ -> Promise.<TrailersOutcome>promise().future()),
                Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", LOOK.replace("look }", "look, timeout_ms: 20 }"), "[]"));

        SimResult result = exchange(SimRequest.post("/", "body").withTrailers("a", "b"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void whatNoTrailersMayHoldBreaksTheResponseOffWhateverOnFailureSays() {
        worker.with(
                "look", looking(new TrailersOutcome(List.of(new SetHeader("Set-Cookie", "a=b")))), Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", "[]", "[ { policy: look, on_failure: continue } ]"));

        SimResult result = exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(result.reset()).isTrue();
    }

    @Test
    void aWorkerThatGoesAwayBeforeTheTrailersBreaksTheResponseOff() {
        worker.with(
                "look",
                new Policy() {
                    @Override
                    public Future<ResponseOutcome> onResponse(ResponseContext response) {
                        worker.failCalls(new WorkerException(WorkerException.Kind.CONNECTION_LOST, "it is gone"));
                        return ResponseOutcome.unchanged();
                    }
                },
                Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", "[]", LOOK));

        SimResult result = exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(result.reset()).isTrue();
    }

    @Test
    void theEndIsToldAfterTheTrailers() {
        worker.with("look", looking(), Fact.READS_TRAILERS).withEnd("look", EndAccuracy.STREAM);
        kernel.start(WORKER, route("r", "[]", LOOK));

        SimResult result = exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(result.sentCases()).endsWith(RequestCase.RESPONSE_TRAILERS);
        Await.until(() -> worker.ends().size() == 1);
        assertThat(seen).hasSize(1);
        assertThat(worker.ends().getFirst().exchangeId())
                .isEqualTo(seen.getFirst().call().exchangeId());
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"NONE", "STREAMED", "BUFFERED", "FULL_DUPLEX_STREAMED"})
    void trailersAreSeenHoweverTheBodyComes(BodySendMode mode) {
        worker.with("look", BodyNeed.STREAMING, bodyAndTrailers(), Fact.READS_TRAILERS);
        kernel.start(WORKER + "envoy: { trailers: send }\n", route("r", LOOK, LOOK));
        FilterConfig filter = KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .mode(it -> it.setRequestBodyMode(mode)
                        .setResponseBodyMode(mode)
                        .setRequestTrailerMode(HeaderSendMode.SEND)
                        .setResponseTrailerMode(HeaderSendMode.SEND))
                .build();

        SimResult result = exchange(filter, SimRequest.post("/", "one", "two").withTrailers("a", "b"), WITH_TRAILERS);

        assertThat(result.reached().bodyText()).isEqualTo("onetwo");
        assertThat(Objects.requireNonNull(result.reached().trailers()).get("x-seen"))
                .isEqualTo("yes");
        assertThat(result.response().bodyText()).isEqualTo("body");
        assertThat(trailer(result, "x-seen")).isEqualTo("yes");
    }

    private Policy bodyAndTrailers() {
        return looking(new TrailersOutcome(List.of(new SetHeader("x-seen", "yes"))));
    }

    @Test
    void trailersThatEnvoyMadeBringItsMetadataAndNoFields() {
        worker.with("look", looking(), Fact.READS_TRAILERS).withMetadata("look", EntryFacts.readingMetadata("usage"));
        kernel.start(WORKER, route("r", "[]", LOOK));
        Struct usage = Struct.newBuilder()
                .putFields("tokens", Value.newBuilder().setNumberValue(12).build())
                .build();
        FilterConfig filter = KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .forwardingNamespaces(Set.of("usage"))
                .metadata(Map.of("usage", usage))
                .build();

        exchange(filter, SimRequest.get("/"), SimResponse.of(200, "body").withTrailers());

        assertThat(seen.getFirst().trailers().size()).isZero();
        assertThat(seen.getFirst().envoy().untyped("usage")).isEqualTo(Map.of("tokens", 12L));
    }

    private ScriptedWorker withTrailersAlone(Policy policy) {
        return worker.with("look", policy, Fact.READS_TRAILERS, Fact.DOES_WITHOUT_RESPONSE_HEADERS);
    }

    @Test
    void trailersThatAreAllThatIsLookedAtComeWithoutTheHeadersOfTheResponse() {
        withTrailersAlone(looking(new TrailersOutcome(List.of(new SetHeader("x-usage", "8")))))
                .withEnd("look", EndAccuracy.STREAM)
                .with("begin", Policies.onRequest(_ -> RequestOutcome.unchanged()), Fact.DOES_WITHOUT_RESPONSE_HEADERS)
                .withEnd("begin", EndAccuracy.STREAM);
        kernel.start(WORKER, route("r", "[ { policy: begin } ]", LOOK));

        SimResult result = exchange(SimRequest.get("/path"), WITH_TRAILERS);

        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_TRAILERS);
        assertThat(result.response().bodyText()).isEqualTo("body");
        assertThat(trailer(result, "x-usage")).isEqualTo("8");
        assertThat(seen.getFirst().response().status()).isZero();
        assertThat(seen.getFirst().request().path()).isEqualTo("/path");
        Await.until(() -> worker.ends().size() == 1);
        assertThat(worker.ends().getFirst().status()).isZero();
    }

    @Test
    void anAnswerWithoutTrailersPassesUnseenThen() {
        withTrailersAlone(looking()).withEnd("look", EndAccuracy.STREAM);
        kernel.start(WORKER, route("r", LOOK, LOOK));

        SimResult result = exchange(SimRequest.get("/"), SimResponse.of(200, "body"));

        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(result.response().bodyText()).isEqualTo("body");
        Await.until(() -> !worker.ends().isEmpty());
    }

    @Test
    void headersThatEnvoySendsAllTheSameAreLookedAt() {
        withTrailersAlone(looking());
        kernel.start(WORKER + "envoy: { trailers: send }\n", route("r", "[]", LOOK));
        FilterConfig ignoring = KernelHarness.filterBuilder("r")
                .allowModeOverride(false)
                .mode(it -> it.setResponseTrailerMode(HeaderSendMode.SEND))
                .build();

        SimResult result = exchange(ignoring, SimRequest.get("/"), WITH_TRAILERS);

        assertThat(result.sentCases())
                .containsExactly(
                        RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS, RequestCase.RESPONSE_TRAILERS);
        assertThat(seen.getFirst().response().status()).isEqualTo(200);
    }

    @Test
    void headersAreAskedForWhereAnythingElseLooksAtTheResponse() {
        withTrailersAlone(looking())
                .with("other", Policies.onResponse(_ -> ResponseOutcome.unchanged()))
                .with("begin", Policies.onRequest(_ -> RequestOutcome.unchanged()))
                .withEnd("begin", EndAccuracy.STREAM)
                .with("mark", Policies.onRequest(_ -> RequestOutcome.unchanged()), Fact.MARKS_RESPONSE);
        kernel.start(WORKER, """
                route_policies:
                  - { route_name: beside, response_flow: { policy_chain: [ { policy: look }, { policy: other } ] } }
                  - route_name: ended
                    request_flow: { policy_chain: [ { policy: begin } ] }
                    response_flow: { policy_chain: [ { policy: look } ] }
                  - route_name: marked
                    request_flow: { policy_chain: [ { policy: mark } ] }
                    response_flow: { policy_chain: [ { policy: look } ] }
                  - route_name: conditional
                    response_flow: { policy_chain: [ { policy: look, when: response.status == 200 } ] }
                """);

        for (String name : List.of("beside", "ended", "marked", "conditional")) {
            SimResult result = exchange(KernelHarness.filter(name), SimRequest.get("/"), WITH_TRAILERS);

            assertThat(result.sentCases())
                    .as(name)
                    .containsExactly(
                            RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS, RequestCase.RESPONSE_TRAILERS);
        }
    }

    @Test
    void aRouteIsRefusedWhereEnvoyCannotBeAskedForTheTrailers() {
        worker.with("look", looking(), Fact.READS_TRAILERS);
        kernel.start(WORKER + "envoy: { allow_mode_override: false }\n", route("r", "[]", LOOK));

        SimResult result = exchange(KernelHarness.filterBuilder("r").build(), SimRequest.get("/"), WITH_TRAILERS);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void aPolicyInTheShadowIsCalledAndChangesNothing() {
        worker.with("look", looking(new TrailersOutcome(List.of(new SetHeader("x-usage", "8")))), Fact.READS_TRAILERS);
        kernel.start(WORKER, route("r", "[]", "[ { policy: look, mode: shadow } ]"));

        SimResult result = exchange(SimRequest.get("/"), WITH_TRAILERS);

        assertThat(trailer(result, "x-usage")).isEqualTo("7");
        assertThat(seen).hasSize(1);
    }

    @Test
    void aReplicaThatKnowsNoTrailersIsNotCalled() {
        worker.with("look", looking(), Fact.READS_TRAILERS).speaks(new ProtocolVersion(1, 4));
        kernel.start(WORKER, route("r", "[]", LOOK));

        assertThat(exchange(SimRequest.get("/"), WITH_TRAILERS).status()).isEqualTo(500);
        assertThat(seen).isEmpty();
    }
}
