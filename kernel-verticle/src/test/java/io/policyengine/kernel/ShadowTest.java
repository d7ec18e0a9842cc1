package io.policyengine.kernel;

import static io.policyengine.kernel.ExchangeTest.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.ShadowOutcome;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.worker.ScriptedWorker;
import org.awaitility.Awaitility;
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

        Awaitility.await().until(() -> two.shadowOutcomes().contains(ShadowOutcome.TIMEOUT));
    }

    @Test
    void aMissingWorkerThatOnlyTheShadowNeedsIsNotMissed() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: deny, mode: shadow }, { policy: a } ]", "[]"));
        two.goAway();
        Awaitility.await().until(() -> kernel.metric("policy_kernel_worker_health{worker=\"two\"}") == 0);

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
        assertThat(kernel.openStreams()).isZero();
    }

    @Test
    void anEnforcedPolicyOnTheSameWorkerStillNeedsIt() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: upper, mode: shadow }, { policy: respond } ]", "[]"));
        two.goAway();
        Awaitility.await().until(() -> kernel.metric("policy_kernel_worker_health{worker=\"two\"}") == 0);

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
