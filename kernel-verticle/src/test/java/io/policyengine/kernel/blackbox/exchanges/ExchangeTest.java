package io.policyengine.kernel.blackbox.exchanges;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.envoy.model.FilterCounter;
import io.policyengine.testkit.envoy.model.ModelMutationRules;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** Exchanges through the kernel, seen from Envoy: SPEC "Request life" and "Instructions". */
class ExchangeTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void changesOfTheRequestReachTheUpstream() {
        kernel.worker("w")
                .with(
                        "change",
                        Policies.request(
                                new SetHeader("X-Set", "new"),
                                new AppendHeader("x-more", "second"),
                                new RemoveHeader("x-gone"),
                                new SetPath("/rewritten"),
                                new SetQueryParam("b", "2"),
                                new RemoveQueryParam("a")));
        kernel.start(WORKER, route("r", "[ { policy: change } ]", "[]"));

        SimResult result = kernel.exchange(
                "r", SimRequest.get("/old?a=1&c=%20", "x-set", "old", "x-more", "first", "x-gone", "x"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().headers().getAll("x-set")).containsExactly("new");
        assertThat(result.reached().headers().getAll("x-more")).containsExactly("first", "second");
        assertThat(result.reached().headers().contains("x-gone")).isFalse();
        assertThat(result.reached().path()).isEqualTo("/rewritten?c=%20&b=2");
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void changesOfTheResponseReachTheClient() {
        kernel.worker("w").with("change", Policies.response(new SetHeader("x-set", "new"), new SetStatusCode(418)));
        kernel.start(WORKER, route("r", "[]", "[ { policy: change } ]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(418);
        assertThat(result.response().header("x-set")).isEqualTo("new");
    }

    @Test
    void laterPoliciesSeeWhatEarlierOnesChangedAcrossWorkers() {
        kernel.worker("one").with("first", Policies.request(new SetHeader("x-trail", "1")));
        kernel.worker("two")
                .with(
                        "second",
                        Policies.onRequest(context -> RequestOutcome.proceed(List.of(new SetHeader(
                                "x-trail", context.request().headers().get("x-trail") + "2")))));
        kernel.start(
                "workers: [ { name: one }, { name: two } ]\n",
                route("r", "[ { policy: first }, { policy: second } ]", "[]"));

        assertThat(kernel.get("r").reached().header("x-trail")).isEqualTo("12");
    }

    @Test
    void consecutivePoliciesOfOneWorkerAreOneCall() {
        var one = kernel.worker("one").with("a", Policies.request()).with("b", Policies.request());
        var two = kernel.worker("two").with("c", Policies.request());
        kernel.start(
                "workers: [ { name: one }, { name: two } ]\n",
                route("r", "[ { policy: a }, { policy: b }, { policy: c }, { policy: a } ]", "[]"));

        kernel.get("r");

        assertThat(one.calls()).isEqualTo(2);
        assertThat(two.calls()).isEqualTo(1);
        Await.until(() -> kernel.metric("policy_kernel_worker_calls_per_request_sum{route=\"r\"}") == 3);
    }

    @Test
    void metadataTravelsFromTheRequestToTheResponseAcrossWorkers() {
        kernel.worker("one")
                .with("leave", Policies.request(new SetMetadata("who", JsonNodeFactory.instance.stringNode("me"))));
        kernel.worker("two")
                .with(
                        "tell",
                        Policies.onResponse(context -> ResponseOutcome.proceed(List.of(new SetHeader(
                                "x-who", String.valueOf(context.metadata().text("who")))))));
        kernel.start(
                "workers: [ { name: one }, { name: two } ]\n",
                route("r", "[ { policy: leave } ]", "[ { policy: tell } ]"));

        assertThat(kernel.get("r").response().header("x-who")).isEqualTo("me");
    }

    @Test
    void responsePoliciesSeeTheRequestAsSentAndAsReceived() {
        kernel.worker("w")
                .with("rewrite", Policies.request(new SetPath("/sent")))
                .with(
                        "tell",
                        Policies.onResponse(context -> ResponseOutcome.proceed(List.of(new SetHeader(
                                "x-paths",
                                context.originalRequest().path() + " "
                                        + context.request().path())))));
        kernel.start(WORKER, route("r", "[ { policy: rewrite } ]", "[ { policy: tell } ]"));

        assertThat(kernel.get("r").response().header("x-paths")).isEqualTo("/ /sent");
    }

    @Test
    void anImmediateResponseStopsTheChain() {
        var worker = kernel.worker("w")
                .with("deny", Policies.denying(403, "no"))
                .with("later", Policies.request(new SetHeader("x-later", "1")));
        kernel.start(WORKER, route("r", "[ { policy: deny }, { policy: later } ]", "[ { policy: later } ]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.response().bodyText()).isEqualTo("no");
        assertThat(result.details()).isEqualTo("policy_denied:POLICY_DENIED{deny}");
        assertThat(result.upstream()).isNull();
        assertThat(worker.calls()).isEqualTo(1);
    }

    @Test
    void responsePoliciesMarkedOnDenialAreAppliedToDenials() {
        kernel.worker("w")
                .with("deny", Policies.denying(401, "no"))
                .with("secure", Policies.response(new SetHeader("x-secure", "1")), Fact.ON_DENIAL)
                .with("other", Policies.response(new SetHeader("x-other", "1")))
                .with("forced", Policies.response(new SetHeader("x-forced", "1")));
        kernel.start(
                WORKER,
                route(
                        "r",
                        "[ { policy: deny } ]",
                        "[ { policy: secure }, { policy: other }, { policy: forced, on_denial: true } ]"));

        SimResponse denial = kernel.get("r").response();

        assertThat(denial.status()).isEqualTo(401);
        assertThat(denial.header("x-secure")).isEqualTo("1");
        assertThat(denial.header("x-forced")).isEqualTo("1");
        assertThat(denial.header("x-other")).isNull();
    }

    @Test
    void nothingElseIsTakenUpWhilePoliciesRunOnADenial() {
        Promise<Void> asked = Promise.promise();
        Promise<ResponseOutcome> late = Promise.promise();
        ScriptedWorker worker = kernel.worker("w")
                .with("deny", Policies.denying(401, "no"))
                .with("late", Policies.onResponse(_ -> {
                    asked.tryComplete();
                    return late.future();
                }));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[ { policy: late, on_denial: true } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("unknown"));
        RawStream stream = envoy.rawStream().send(Messages.headers(BodySendMode.NONE));
        Await.result(asked.future());

        stream.send(Messages.responseHeaders(false));
        Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(200)));
        late.complete(new ResponseOutcome.Proceed(List.of(), null));

        assertThat(Await.result(stream.next())
                        .getImmediateResponse()
                        .getStatus()
                        .getCodeValue())
                .isEqualTo(401);
        assertThat(worker.calls()).isEqualTo(2);
    }

    @Test
    void skipRemainingEndsThePhaseForLaterWorkersToo() {
        kernel.worker("one")
                .with(
                        "skip",
                        Policies.onRequest(_ -> Future.succeededFuture(
                                new RequestOutcome.SkipRemaining(List.of(new SetHeader("x-kept", "1")), "enough"))));
        var two = kernel.worker("two").with("later", Policies.request(new SetHeader("x-later", "1")));
        kernel.start(
                "workers: [ { name: one }, { name: two } ]\n",
                route("r", "[ { policy: skip }, { policy: later } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.reached().header("x-kept")).isEqualTo("1");
        assertThat(result.reached().header("x-later")).isNull();
        assertThat(two.calls()).isZero();
    }

    @Test
    void aRouteWithoutResponsePoliciesIsOverAfterOneMessage() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(result.counter(FilterCounter.MODE_OVERRIDES_HONOURED)).isEqualTo(1);
    }

    @Test
    void anUnknownRouteIsOverAfterOneMessageAndPasses() {
        kernel.start("", "route_policies: []\n");

        SimResult result = kernel.get("elsewhere");

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"unknown_route\"}") == 1);
    }

    @Test
    void anUnknownRouteIsDeniedWhereThatIsConfigured() {
        kernel.start("unknown_route: deny\n", "route_policies: []\n");

        SimResult result = kernel.get("elsewhere");

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void anOpenRouteIsNoUnknownRoute() {
        kernel.start("unknown_route: deny\nopen_routes: [ open, also* ]\n", "route_policies: []\n");

        SimResult open = kernel.get("open");
        SimResult byPrefix = kernel.get("also-this");
        SimResult longer = kernel.get("open-not");

        assertThat(open.status()).isEqualTo(200);
        assertThat(open.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(byPrefix.status()).isEqualTo(200);
        assertThat(longer.status()).isEqualTo(403);
        assertThat(longer.upstream()).isNull();
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"passed\"}") == 2);
        assertThat(kernel.metric("policy_kernel_exchanges_total{outcome=\"unknown_route\"}"))
                .isZero();
        Await.untilAsserted(() -> assertThat(
                        kernel.metric("policy_kernel_requests_total{route=\"also*\",status=\"ok\",worker=\"none\"}"))
                .isEqualTo(1));
    }

    @Test
    void anOpenRouteIsNoneOfTheDefaultChain() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER + "open_routes: [ open ]\n", route("\"*\"", "[ { policy: p } ]", "[]"));

        assertThat(kernel.get("open").reached().header("x")).isNull();
        assertThat(kernel.get("other").reached().header("x")).isEqualTo("1");
        assertThat(kernel.get("").reached().header("x")).isEqualTo("1");
    }

    @Test
    void aRequestWithoutARouteNameIsInNoOpenRoute() {
        kernel.start("unknown_route: deny\nopen_routes: [ a* ]\n", "route_policies: []\n");

        assertThat(kernel.get("").status()).isEqualTo(403);
    }

    @Test
    void aRouteIsNamedByItsMetadataBeforeTheDynamicOne() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(
                WORKER + "route_name_sources: [ metadata, attribute ]\nunknown_route: deny\n",
                route("users", "[ { policy: p } ]", "[]"));
        FilterConfigBuilder filter = KernelHarness.filterBuilder("httproute/ns/name/rule/0")
                .allowModeOverride(true)
                .requestAttribute(
                        "xds.route_metadata.filter_metadata['envoy.filters.http.ext_proc']['route_name']", "users")
                .forwardingNamespaces(Set.of("envoy.filters.http.ext_proc"))
                .metadata(Map.of(
                        "envoy.filters.http.ext_proc",
                        Struct.newBuilder()
                                .putFields(
                                        "route_name",
                                        Value.newBuilder()
                                                .setStringValue("other")
                                                .build())
                                .build()));

        SimResult result = Await.result(kernel.envoy(filter.build())
                .exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200, "body"))));

        assertThat(result.reached().header("x")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"path_normalization_failed,400", "via_upstream,403", "direct_response,403", "'',403"})
    void anAnswerOfEnvoysOwnBeforeItLookedForARouteStaysAsItIs(String details, int status) {
        kernel.start("unknown_route: deny\n", "route_policies: []\n");
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("")
                .mode(all -> all.setRequestHeaderMode(HeaderSendMode.SKIP))
                .responseAttribute("response.code_details", details)
                .build());

        SimResult result =
                Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(400, "refused"))));

        assertThat(result.status()).isEqualTo(status);
    }

    /** Whose answers have content of the route, such as a cache, must not get past policies that have not seen the request. */
    @ParameterizedTest
    @CsvSource({
        "ai_protocol_manager_invalid_json,400",
        "ai_protocol_manager_filter_rejected,400",
        "ai_protocol_manager_response_error,500",
        "cache.response_from_cache_filter,500",
        "lua_response,500",
        "ext_authz_denied,500",
        "via_upstream,500",
        "direct_response,500",
        "'',500"
    })
    void onlyARefusalOfTheFilterForFactsComesWithoutItsRequestOnARouteThatNeedsIt(String details, int status) {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[ { policy: p } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(all -> all.setRequestHeaderMode(HeaderSendMode.SKIP))
                .responseAttribute("response.code_details", details)
                .build());

        SimResult result =
                Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(400, "refused"))));

        assertThat(result.status()).isEqualTo(status);
    }

    @Test
    void messagesThatEnvoySendsAllTheSameAreAnswered() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));
        EnvoySim envoy = kernel.envoy(
                KernelHarness.filterBuilder("r").allowModeOverride(false).build());

        SimResult result =
                Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200, "body"))));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS);
        assertThat(result.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isZero();
    }

    @Test
    void bodiesAndTrailersInEveryModeAreAnsweredWithoutChange() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x", "1")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[ { policy: p } ]"));
        for (BodySendMode mode : List.of(
                BodySendMode.BUFFERED,
                BodySendMode.BUFFERED_PARTIAL,
                BodySendMode.STREAMED,
                BodySendMode.FULL_DUPLEX_STREAMED)) {
            EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                    .mode(all -> all.setRequestBodyMode(mode)
                            .setResponseBodyMode(mode)
                            .setRequestTrailerMode(HeaderSendMode.SEND)
                            .setResponseTrailerMode(HeaderSendMode.SEND))
                    .build());

            SimResult result = Await.result(envoy.exchange(
                    SimRequest.post("/", "one", "two").withTrailers("t", "1"),
                    Upstream.replying(SimResponse.of(200, "three", "four").withTrailers("u", "2"))));

            assertThat(result.reached().bodyText()).as("%s", mode).isEqualTo("onetwo");
            assertThat(result.response().bodyText()).as("%s", mode).isEqualTo("threefour");
            assertThat(result.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isZero();
            assertThat(result.faults()).isEmpty();
        }
    }

    @Test
    void aBodyThatComesBeforeTheHeadersAreAnsweredWaits() {
        Promise<RequestOutcome> late = Promise.promise();
        kernel.worker("w").with("p", Policies.onRequest(context -> {
            kernel.vertx()
                    .setTimer(
                            20,
                            _ -> late.tryComplete(new RequestOutcome.Proceed(List.of(new SetHeader("x", "1")), null)));
            return late.future();
        }));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[ { policy: p } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .sendBodyWithoutWaitingForHeaderResponse(true)
                .mode(all -> all.setRequestBodyMode(BodySendMode.STREAMED))
                .build());

        SimResult result = Await.result(
                envoy.exchange(SimRequest.post("/", "one", "two"), Upstream.replying(SimResponse.of(200))));

        assertThat(result.reached().bodyText()).isEqualTo("onetwo");
        assertThat(result.reached().header("x")).isEqualTo("1");
        assertThat(result.counter(FilterCounter.SPURIOUS_MSGS_RECEIVED)).isZero();
    }

    @Test
    void setBodyWithoutABodyAtHandReplacesTheMessage() {
        kernel.worker("w").with("p", Policies.request(new SetBody(Buffer.buffer("{}"), "application/json")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));

        SimResult result = kernel.exchange("r", SimRequest.post("/", "old body").withContentLength());

        assertThat(result.reached().bodyText()).isEqualTo("{}");
        assertThat(result.reached().header("content-type")).isEqualTo("application/json");
    }

    @Test
    void anAuthorityThatEnvoyWouldNotChangeIsAPolicyError() {
        kernel.worker("w").with("p", Policies.request(new SetAuthority("elsewhere")));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void anAuthorityThatEnvoyMayChangeIsChanged() {
        kernel.worker("w").with("p", Policies.request(new SetAuthority("elsewhere")));
        kernel.start(
                WORKER + "envoy: { mutation_rules: { allow_all_routing: true } }\n",
                route("r", "[ { policy: p, reroute: true } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .mutationRules(new ModelMutationRules(true, false, false, false, false))
                .build());

        SimResult result = Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200))));

        assertThat(result.reached().authority()).isEqualTo("elsewhere");
        assertThat(result.counter(FilterCounter.CLEAR_ROUTE_CACHE)).isEqualTo(1);
    }

    @Test
    void afterAPolicyThatIsThereForItEnvoyChoosesTheRouteAgain() {
        kernel.worker("w").with("p", Policies.request(new SetHeader("x-version", "v2")), Fact.REROUTES);
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.reached().headers().get("x-version")).isEqualTo("v2");
        assertThat(result.counter(FilterCounter.CLEAR_ROUTE_CACHE)).isEqualTo(1);
    }

    @Test
    void moreHeaderChangesThanEnvoyTakesAreAnErrorBeforeTheyAreSent() {
        SetHeader[] many = new SetHeader[101];
        for (int i = 0; i < many.length; i++) {
            many[i] = new SetHeader("x-" + i, "1");
        }
        kernel.worker("w").with("p", Policies.request(many));
        kernel.start(WORKER, route("r", "[ { policy: p } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.received()).hasSize(1);
        assertThat(result.details()).isEqualTo("policy_error:INVALID_INSTRUCTION{kernel}");
    }

    @Test
    void headerValuesThatAreNotUtf8SurviveToTheOctet() {
        kernel.worker("w")
                .with(
                        "copy",
                        Policies.onRequest(context -> RequestOutcome.proceed(List.of(new SetHeader(
                                "x-copy",
                                String.valueOf(context.request().headers().get("x-raw")))))));
        kernel.start(WORKER, route("r", "[ { policy: copy } ]", "[]"));

        SimResult result = kernel.get("r", "x-raw", "\u00c3(");

        assertThat(result.reached().header("x-copy")).isEqualTo("\u00c3(");
        assertThat(result.reached().header("x-raw")).isEqualTo("\u00c3(");
    }

    @Test
    void aGrpcClientGetsAGrpcStatus() {
        kernel.worker("w").with("deny", Policies.denying(401, "no"));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));

        SimResult result = kernel.get("r", "content-type", "application/grpc");

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.response().header("grpc-status")).isEqualTo("16");
    }

    @Test
    void aGrpcWebClientGetsTheBody() {
        kernel.worker("w").with("deny", Policies.denying(401, "no"));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));
        SimResult result = kernel.get("r", "content-type", "application/grpc-web+proto");
        assertThat(result.response().bodyText()).isEqualTo("no");
    }

    /** Conformance C14: Envoy would make 200 of the first and send the second. */
    @ParameterizedTest
    @ValueSource(ints = {0, 199, 600})
    void aStatusThatIsNoneNeverReachesEnvoy(int status) {
        kernel.worker("w").with("deny", Policies.denying(status, "no"));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.response().bodyText()).contains("POLICY_DENIED");
    }
}
