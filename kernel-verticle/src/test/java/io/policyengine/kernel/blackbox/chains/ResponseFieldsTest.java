package io.policyengine.kernel.blackbox.chains;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.Bodies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** Header fields that policies of the request leave for the response. */
class ResponseFieldsTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("limit", leaving("x-limit", "9"), Fact.MARKS_RESPONSE)
            .with("quota", leaving("X-Limit", "8"), Fact.MARKS_RESPONSE)
            .with("untold", leaving("x-untold", "1"));

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static Policy leaving(String name, String value) {
        return Policies.request(new SetResponseHeader(name, value));
    }

    private SimResult exchange(SimResponse response) {
        return Await.result(
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.get("/"), Upstream.replying(response)));
    }

    @Test
    void replaceThoseOfTheUpstreamOnARouteWithoutResponsePolicies() {
        kernel.start(WORKER, route("r", "[ { policy: limit } ]", "[]"));

        SimResult result = exchange(SimResponse.of(200, "text")
                .withHeader("x-limit", "of the upstream")
                .withHeader("x-other", "1"));

        assertThat(result.reached().header("x-limit")).isNull();
        assertThat(result.response().headers().getAll("x-limit")).containsExactly("9");
        assertThat(result.response().header("x-other")).isEqualTo("1");
        assertThat(result.response().bodyText()).isEqualTo("text");
        assertThat(worker.calls()).isOne();
    }

    @Test
    void replaceThoseOfTheResponsePolicies() {
        worker.with("other", Policies.response(new SetHeader("x-limit", "other"), new SetHeader("x-other", "1")));
        worker.with("none", Policies.response(new RemoveHeader("x-limit")));
        kernel.start(
                WORKER,
                route("r", "[ { policy: limit } ]", "[ { policy: other } ]")
                        + route("none", "[ { policy: limit } ]", "[ { policy: none } ]")
                                .replace("route_policies:\n", ""));

        assertThat(kernel.get("r").response().header("x-limit")).isEqualTo("9");
        assertThat(kernel.get("r").response().header("x-other")).isEqualTo("1");
        assertThat(kernel.get("none").response().header("x-limit")).isEqualTo("9");
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#wholeModes")
    void stayWhereResponsePoliciesReplaceTheBody(BodySendMode mode) {
        worker.with("early", Policies.response(new SetHeader("x-early", "1")))
                .with("mask", BodyNeed.BUFFERED, Policies.response(new SetBody(Buffer.buffer("new"), null)));
        kernel.start(WORKER, route("r", "[ { policy: limit } ]", "[ { policy: early }, { policy: mask } ]"));

        SimResult result = Await.result(kernel.envoy(Bodies.filter(mode))
                .exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200, "text"))));

        assertThat(result.response().bodyText()).isEqualTo("new");
        assertThat(result.response().header("x-early")).isEqualTo("1");
        assertThat(result.response().headers().getAll("x-limit")).containsExactly("9");
    }

    @Test
    void areThoseOfTheLastPolicyWhichCountsAsAConflict() {
        worker.with("same", Policies.request(new SetHeader("x-limit", "of the request")));
        kernel.start(WORKER, route("r", "[ { policy: same }, { policy: limit }, { policy: quota } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.response().header("x-limit")).isEqualTo("8");
        assertThat(result.reached().header("x-limit")).isEqualTo("of the request");
        Await.until(() -> kernel.metric(
                        "policy_kernel_instruction_conflicts_total{conflict_type=\"header_overwritten\",route=\"r\"}")
                == 1);
    }

    @Test
    void areOnADenialOfALaterPolicyUnlessItHasItsOwn() {
        worker.with("deny", Policies.denying(429, "no"))
                .with(
                        "own",
                        Policies.onRequest(_ -> RequestOutcome.respond(new ImmediateResponse(
                                429, HeaderMap.of("X-Limit", "0"), Buffer.buffer(), "rate_limited"))))
                .with("onDenial", Policies.response(new SetHeader("x-denied", "1")), Fact.ON_DENIAL);
        kernel.start(
                WORKER,
                route("r", "[ { policy: limit }, { policy: deny } ]", "[]")
                        + route("own", "[ { policy: limit }, { policy: own } ]", "[ { policy: onDenial } ]")
                                .replace("route_policies:\n", "")
                        + route("before", "[ { policy: deny }, { policy: limit } ]", "[]")
                                .replace("route_policies:\n", ""));

        assertThat(kernel.get("r").response().header("x-limit")).isEqualTo("9");
        assertThat(kernel.get("own").response().headers().getAll("x-limit")).containsExactly("0");
        assertThat(kernel.get("own").response().header("x-denied")).isEqualTo("1");
        assertThat(kernel.get("before").response().header("x-limit")).isNull();
    }

    @Test
    void areNotOnAnErrorOfTheEngine() {
        worker.with("broken", Policies.failing())
                .with("brokenLater", Policies.onResponse(_ -> Future.failedFuture("it broke")));
        kernel.start(
                WORKER,
                route("r", "[ { policy: limit }, { policy: broken } ]", "[]")
                        + route("later", "[ { policy: limit } ]", "[ { policy: brokenLater } ]")
                                .replace("route_policies:\n", ""));

        assertThat(kernel.get("r").status()).isEqualTo(503);
        assertThat(kernel.get("r").response().header("x-limit")).isNull();
        assertThat(kernel.get("later").status()).isEqualTo(500);
        assertThat(kernel.get("later").response().header("x-limit")).isNull();
    }

    @Test
    void ofADenialItselfDoNotCount() {
        worker.with(
                "deny",
                Policies.onRequest(_ -> Future.succeededFuture(new RequestOutcome.Respond(
                        new ImmediateResponse(403, HeaderMap.empty(), Buffer.buffer(), "forbidden"),
                        List.of(new SetResponseHeader("x-left", "1"))))));
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));

        assertThat(kernel.get("r").response().header("x-left")).isNull();
    }

    @Test
    void ofAPolicyInTheShadowAreNone() {
        kernel.start(WORKER, route("r", "[ { policy: limit, mode: shadow } ]", "[]"));

        assertThat(kernel.get("r").response().header("x-limit")).isNull();
    }

    @Test
    void ofAPolicyThatDoesNotDeclareThemAreThereWhereTheResponseIsSeen() {
        kernel.start(
                WORKER,
                route("r", "[ { policy: untold } ]", "[]")
                        + route("seen", "[ { policy: untold } ]", "[ { policy: limit } ]")
                                .replace("route_policies:\n", ""));

        assertThat(kernel.get("r").response().header("x-untold")).isNull();
        assertThat(kernel.get("seen").response().header("x-untold")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304, 404, 503})
    void areOnResponsesOfEveryStatus(int status) {
        kernel.start(WORKER, route("r", "[ { policy: limit } ]", "[]"));

        SimResult result = exchange(SimResponse.of(status));

        assertThat(result.status()).isEqualTo(status);
        assertThat(result.response().header("x-limit")).isEqualTo("9");
    }

    @Test
    void areRefusedTogetherWithMetadataBeyondTheLimitOfTheState() {
        worker.with(
                "much",
                Policies.request(
                        new SetMetadata("a", JsonNodeFactory.instance.stringNode("a".repeat(600))),
                        new SetResponseHeader("x-much", "b".repeat(600))));
        kernel.start(
                WORKER + "limits: { max_state_size_bytes: 1024 }\n",
                route("r", "[ { policy: much, on_failure: continue } ]", "[ { policy: limit } ]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.response().header("x-much")).isNull();
    }

    @Test
    void areRefusedWhereEnvoyWouldNotTakeSoMany() {
        SetResponseHeader[] many = IntStream.range(0, 101)
                .mapToObj(i -> new SetResponseHeader("x-" + i, "1"))
                .toArray(SetResponseHeader[]::new);
        worker.with("many", Policies.request(many), Fact.MARKS_RESPONSE)
                .with("forbidden", leaving("x-envoy-overloaded", "1"), Fact.MARKS_RESPONSE);
        kernel.start(
                WORKER,
                route("r", "[ { policy: many } ]", "[]")
                        + route("forbidden", "[ { policy: forbidden } ]", "[]").replace("route_policies:\n", ""));

        assertThat(kernel.get("r").status()).isEqualTo(500);
        assertThat(kernel.get("forbidden").status()).isEqualTo(500);
    }

    @Test
    void needTheHeadersOfResponses() {
        kernel.start(
                WORKER,
                route("r", "[ { policy: limit } ]", "[]")
                        + route("untold", "[ { policy: untold } ]", "[]").replace("route_policies:\n", ""));

        assertThat(withoutResponseHeaders("r").received().getLast().hasImmediateResponse())
                .isTrue();
        assertThat(withoutResponseHeaders("untold").received().getLast().hasResponseBody())
                .isTrue();
    }

    /** Through an Envoy that shows bodies of responses but no headers. */
    private SimResult withoutResponseHeaders(String route) {
        return Await.result(kernel.envoy(KernelHarness.filterBuilder(route)
                        .mode(all -> all.setResponseHeaderMode(HeaderSendMode.SKIP)
                                .setResponseBodyMode(BodySendMode.BUFFERED))
                        .build())
                .exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200, "text"))));
    }
}
