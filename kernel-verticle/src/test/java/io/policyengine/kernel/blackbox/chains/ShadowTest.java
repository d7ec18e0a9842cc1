package io.policyengine.kernel.blackbox.chains;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies in the shadow decide nothing, whatever becomes of them or of their worker: SPEC §4 "shadow". */
class ShadowTest {
    private static final String TWO_WORKERS = "workers: [ { name: one }, { name: two } ]\n";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker one = kernel.worker("one");
    private final ScriptedWorker two = kernel.worker("two");

    @BeforeEach
    void policies() {
        one.with("a", Policies.request(new SetHeader("x-a", "1")));
        two.with("deny", Policies.denying(403, "no"));
        two.with("upper", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        two.with("respond", Policies.response(new SetHeader("x-response", "1")), Fact.ON_DENIAL);
        two.with("silent", Policies.silent());
        two.with("whole", BodyNeed.BUFFERED, Policies.onRequest(ShadowTest::denyEvil));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void aDenialIsCountedAndNotGiven() {
        kernel.start(
                TWO_WORKERS,
                route(
                        "r",
                        "[ { policy: deny, mode: shadow }, { policy: a } ]",
                        "[ { policy: respond, mode: shadow } ]"));

        SimResult result = kernel.get("r");

        assertThat(result.reached().header("x-a")).isEqualTo("1");
        assertThat(result.response().header("x-response")).isNull();
        assertThat(two.shadowOutcomes()).containsExactly(ShadowOutcome.DENY, ShadowOutcome.CHANGE);
    }

    @Test
    void aPolicyThatNeverAnswersHoldsNothingUp() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: silent, mode: shadow, timeout_ms: 50 } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(200);

        Await.until(() -> two.shadowOutcomes().contains(ShadowOutcome.TIMEOUT));
    }

    @Test
    void aMissingWorkerThatOnlyTheShadowNeedsIsNotMissed() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: deny, mode: shadow }, { policy: a } ]", "[]"));
        two.goAway();
        Await.until(() -> kernel.metric("policy_kernel_worker_health{worker=\"two\"}") == 0);

        assertThat(kernel.get("r").reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void aWorkerThatFailsOnTheShadowAloneDeniesNothingAndIsNoPartialChain() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: deny, mode: shadow }, { policy: a } ]", "[]"));
        two.failCalls(new WorkerException(Kind.TIMEOUT, "it is slow"));

        assertThat(kernel.get("r").reached().header("x-a")).isEqualTo("1");

        assertThat(kernel.metric("policy_kernel_partial_chain_failures_total"
                        + "{failed_worker=\"two\",failure_type=\"worker_timeout\",route=\"r\"}"))
                .isZero();
    }

    @Test
    void aBodyIsShownAndGoesOnAsItCame() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: upper, mode: shadow } ]", "[]"));

        SimResult result = kernel.exchange("r", SimRequest.post("/", "text"));

        assertThat(result.reached().bodyText()).isEqualTo("text");
        assertThat(two.shadowOutcomes()).containsExactly(ShadowOutcome.CHANGE);
        Await.untilAsserted(() -> assertThat(kernel.openStreams()).isZero());
    }

    private static Future<RequestOutcome> denyEvil(RequestContext context) {
        Buffer body = context.request().body();
        return body != null && body.toString().contains("evil")
                ? RequestOutcome.respond(ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN))
                : RequestOutcome.unchanged();
    }

    private double notRun(String policy, String reason) {
        return kernel.metric("policy_kernel_shadow_not_run_total{policy=\"%s\",reason=\"%s\",route=\"r\"}"
                .formatted(policy, reason));
    }

    @Test
    void aPolicyThatNeedsTheWholeBodyIsShownItWithoutHoldingItUp() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: whole, mode: shadow }, { policy: a } ]", "[]"));

        SimResult result = kernel.exchange("r", SimRequest.post("/", "ev", "il"));

        assertThat(result.reached().bodyText()).isEqualTo("evil");
        assertThat(result.received().getFirst().getModeOverride().getRequestBodyMode())
                .isEqualTo(BodySendMode.STREAMED);
        Await.until(() -> two.shadowOutcomes().equals(List.of(ShadowOutcome.DENY)));
    }

    @Test
    void aBodyThatIsTooLargeForItGoesOnAndIsNotShown() {
        kernel.start(TWO_WORKERS, """
                route_policies:
                  - route_name: r
                    request_flow: { max_body_bytes: 3, policy_chain: [ { policy: whole, mode: shadow }, { policy: a } ] }
                """);
        String large = "x".repeat(1 << 20);

        SimResult result =
                kernel.exchange("r", SimRequest.post("/", large, large).withContentLength());

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().header("x-a")).isEqualTo("1");
        Await.until(() -> two.shadowOutcomes().equals(List.of(ShadowOutcome.NOT_RUN)));
    }

    @Test
    void upgradesAndConnectPassItBy() {
        kernel.start(
                TWO_WORKERS,
                route(
                        "r",
                        "[ { policy: upper, mode: shadow }, { policy: a } ]",
                        "[ { policy: upper, mode: shadow } ]"));

        SimResult upgrade =
                kernel.exchange("r", SimRequest.post("/", "").withMethod("GET").withHeader("upgrade", "websocket"));

        assertThat(upgrade.status()).isEqualTo(200);
        assertThat(upgrade.reached().header("x-a")).isEqualTo("1");
        assertThat(notRun("upper", "tunnel")).isEqualTo(1);
    }

    @Test
    void aBodyInACodingPassesItByWhateverThatIs() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: upper, mode: shadow } ]", "[]"));

        SimResult result = kernel.exchange("r", SimRequest.post("/", "no gzip").withHeader("content-encoding", "gzip"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(notRun("upper", "encoded")).isEqualTo(1);
    }

    @Test
    void whereItsBodyCannotBeAskedForTheChainGoesOnWithoutIt() {
        kernel.start(
                TWO_WORKERS + "envoy: { allow_mode_override: false }\n",
                route(
                        "r",
                        "[ { policy: whole, mode: shadow }, { policy: a } ]",
                        "[ { policy: upper, mode: shadow } ]"));

        SimResult result = kernel.exchange("r", SimRequest.post("/", "evil"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().header("x-a")).isEqualTo("1");
        assertThat(notRun("whole", "body_mode")).isEqualTo(1);
    }

    @Test
    void anEnvoyThatIgnoresOverridesRefusesNothingOnItsAccount() {
        kernel.start(
                TWO_WORKERS,
                route(
                        "r",
                        "[ { policy: upper, mode: shadow }, { policy: a } ]",
                        "[ { policy: upper, mode: shadow } ]"));
        EnvoySim deaf = kernel.envoy(KernelHarness.filterBuilder("r").build());

        for (int i = 0; i < 8; i++) {
            SimResult result = Await.result(
                    deaf.exchange(SimRequest.post("/", "text"), Upstream.replying(SimResponse.of(200, "text"))));
            assertThat(result.status()).isEqualTo(200);
            assertThat(result.reached().header("x-a")).isEqualTo("1");
            Await.until(() -> kernel.activeExchanges() == 0);
        }

        assertThat(notRun("upper", "body_mode")).isPositive();
        assertThat(kernel.metric("policy_kernel_ignored_mode_overrides")).isZero();
    }

    @Test
    void aPolicyThatFailsInTheMidstOfABodyItOnlyLooksAtBreaksNothingOff() {
        two.with("set", Policies.request(new SetHeader("x-two", "1")));
        two.with("fail", BodyNeed.STREAMING, Policies.failingChunk("two"));
        kernel.start(TWO_WORKERS, route("r", "[ { policy: set }, { policy: fail, mode: shadow } ]", "[]"));

        SimResult result = kernel.exchange("r", SimRequest.post("/", "one", "two", "three"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().header("x-two")).isEqualTo("1");
        assertThat(result.reached().bodyText()).isEqualTo("onetwothree");
    }

    @Test
    void anEnforcedPolicyOnTheSameWorkerStillNeedsIt() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: upper, mode: shadow }, { policy: respond } ]", "[]"));
        two.goAway();
        Await.until(() -> kernel.metric("policy_kernel_worker_health{worker=\"two\"}") == 0);

        assertThat(kernel.get("r").status()).isEqualTo(503);
    }

    @Test
    void itIsValidatedLikeAnyOther() {
        kernel.start(
                TWO_WORKERS,
                route("unknown", "[ { policy: nowhere, mode: shadow } ]", "[]")
                        + route("params", "[ { policy: a, mode: shadow, params: { problem: bad } } ]", "[]")
                                .replace("route_policies:\n", ""));

        assertThat(kernel.get("unknown").status()).isEqualTo(500);
        assertThat(kernel.get("params").status()).isEqualTo(500);
    }

    @Test
    void itIsNotAppliedToDenials() {
        kernel.start(
                TWO_WORKERS,
                route("shadow", "[ { policy: deny } ]", "[ { policy: respond, mode: shadow } ]")
                        + route("enforced", "[ { policy: deny } ]", "[ { policy: respond } ]")
                                .replace("route_policies:\n", ""));

        assertThat(kernel.get("enforced").response().header("x-response")).isEqualTo("1");
        assertThat(kernel.get("shadow").response().header("x-response")).isNull();
        assertThat(kernel.get("shadow").status()).isEqualTo(403);
    }

    @Test
    void aWorkerOfAnOlderProtocolIsNotTrustedWithIt() {
        two.speaks(new ProtocolVersion(1, 0));
        kernel.start(TWO_WORKERS, route("r", "[ { policy: deny, mode: shadow } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
    }
}
