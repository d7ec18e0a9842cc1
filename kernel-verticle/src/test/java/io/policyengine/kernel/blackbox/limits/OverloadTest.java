package io.policyengine.kernel.blackbox.limits;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flood switches no policy off: SPEC "Failure", overload. */
class OverloadTest {
    private static final String WORKER = "workers: [ { name: w, fail_open: true } ]\n";
    private static final String COUNTED = "policy_kernel_exchanges_total{outcome=\"overloaded\"}";
    private static final String PARTIAL =
            "policy_kernel_partial_chain_failures_total{failed_worker=\"w\",failure_type=\"overloaded\",route=\"r\"}";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("full", Policies.onRequest(_ -> Future.failedFuture(tooMany())))
            .with("fullAfterwards", Policies.onResponse(_ -> Future.failedFuture(tooMany())))
            .with("fullOnBodies", BodyNeed.STREAMING, Policies.filtering(OverloadTest::full))
            .with("broken", Policies.failing())
            .with("set", Policies.request(new SetHeader("x-set", "1")));

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static PolicyException tooMany() {
        return new PolicyException(ErrorCode.OVERLOADED, "too many");
    }

    private static ChunkFilter<ChunkOutcome> full() {
        return (_, _) -> Future.failedFuture(tooMany());
    }

    private void assertRefused(SimResult result) {
        assertThat(result.status()).isEqualTo(503);
        assertThat(result.response().bodyText()).contains("\"OVERLOADED\"");
        assertThat(result.response().header("retry-after")).isEqualTo("1");
        assertThat(kernel.metric(PARTIAL)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", on_failure: continue", ", on_failure: skip_remaining"})
    void aPolicyThatIsOverloadedRefusesWhateverOnFailureSays(String onFailure) {
        kernel.start(WORKER, route("r", "[ { policy: full%s }, { policy: set } ]".formatted(onFailure), "[]"));

        SimResult result = kernel.get("r");

        assertRefused(result);
        assertThat(result.upstream()).isNull();
        Await.until(() -> kernel.metric(COUNTED) == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", on_failure: continue", ", on_failure: skip_remaining"})
    void aWorkerThatIsOverloadedRefusesWhateverOnFailureAndFailOpenSay(String onFailure) {
        kernel.start(WORKER, route("r", "[ { policy: set%s } ]".formatted(onFailure), "[]"));
        worker.failCalls(new WorkerException(WorkerException.Kind.OVERLOADED, "full"));

        SimResult result = kernel.get("r");

        assertRefused(result);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void aFloodSwitchesNoPolicyOff() {
        kernel.start(WORKER, route("r", "[ { policy: set, on_failure: continue } ]", "[]"));
        worker.failCalls(new WorkerException(WorkerException.Kind.OVERLOADED, "full"));
        for (int i = 0; i < 50; i++) {
            assertThat(kernel.get("r").upstream()).isNull();
        }
        worker.failCalls(null);

        assertThat(kernel.get("r").reached().header("x-set")).isEqualTo("1");
    }

    @Test
    void aResponsePolicyThatIsOverloadedRefusesTheResponse() {
        kernel.start(WORKER, route("r", "[]", "[ { policy: fullAfterwards, on_failure: continue } ]"));

        assertRefused(kernel.get("r"));
    }

    @Test
    void onOverloadLetsTheChainGoOnAndCountsIt() {
        kernel.start(WORKER, route("r", "[ { policy: full, on_overload: continue }, { policy: set } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().header("x-set")).isEqualTo("1");
        Await.untilAsserted(() -> assertThat(kernel.metric(PARTIAL)).isEqualTo(1));
    }

    @Test
    void onOverloadEndsTheChain() {
        kernel.start(WORKER, route("r", "[ { policy: full, on_overload: skip_remaining }, { policy: set } ]", "[]"));

        assertThat(kernel.get("r").reached().header("x-set")).isNull();
    }

    @Test
    void onOverloadIsNoRuleForFailures() {
        kernel.start(WORKER, route("r", "[ { policy: broken, on_failure: deny, on_overload: continue } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.response().bodyText()).contains("DEPENDENCY_UNAVAILABLE");
        assertThat(result.status()).isEqualTo(503);
    }

    @Test
    void theStrictestEntryDecidesForACallThatIsRefused() {
        kernel.start(
                WORKER,
                route("strict", "[ { policy: set, on_overload: continue }, { policy: broken } ]", "[]")
                        + route("r", "[ { policy: set, on_overload: continue } ]", "[]")
                                .replace("route_policies:\n", ""));
        worker.failCalls(new WorkerException(WorkerException.Kind.OVERLOADED, "full"));

        assertThat(kernel.get("strict").status()).isEqualTo(503);
        assertThat(kernel.get("r").status()).isEqualTo(200);
        Await.untilAsserted(() -> assertThat(kernel.metric(PARTIAL)).isEqualTo(1));
    }

    @Test
    void aPolicyThatIsOverloadedByAChunkOfABodyRefusesUnlessOnOverloadSaysOtherwise() {
        kernel.start(
                WORKER,
                route("r", "[ { policy: fullOnBodies, on_failure: continue } ]", "[]")
                        + route("lax", "[ { policy: fullOnBodies, on_overload: continue } ]", "[]")
                                .replace("route_policies:\n", ""));

        assertRefused(post("r"));
        SimResult lax = post("lax");
        assertThat(lax.status()).isEqualTo(200);
        assertThat(lax.reached().bodyText()).isEqualTo("body");
    }

    private SimResult post(String route) {
        return Await.result(kernel.envoy(KernelHarness.filterBuilder(route)
                        .allowModeOverride(true)
                        .mode(it -> it.setRequestBodyMode(BodySendMode.BUFFERED))
                        .build())
                .exchange(SimRequest.post("/", "body"), Upstream.replying(200)));
    }
}
