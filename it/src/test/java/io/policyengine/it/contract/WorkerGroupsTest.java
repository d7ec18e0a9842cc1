package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Consecutive policies of one worker are one call. */
@ParameterizedClass
@EnumSource
class WorkerGroupsTest {
    private final TestEngine engine;

    WorkerGroupsTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void fourPoliciesOverTwoWorkersWithOneInBetweenAreThreeCallsTheFirstWorkerTwice() {
        engine.worker("auth", UnaryOperator.identity(), "setHeader", "later")
                .worker("limits", UnaryOperator.identity(), "count")
                .start(
                        PATIENT + "workers: [ { name: auth, timeout_ms: 5000 }, { name: limits, timeout_ms: 5000 } ]\n",
                        route("r", """
                                [ { policy: setHeader, params: { name: x-auth1, value: "1" } },
                                  { policy: later, params: { value: "2" } },
                                  { policy: count },
                                  { policy: setHeader, name: third, params: { name: x-auth3, value: "3" } } ]""".replace("\n", " "), "[]"));

        SimResult result = engine.get("r");

        assertThat(result.reached().header("x-auth1")).isEqualTo("1");
        assertThat(result.reached().header("x-later")).isEqualTo("2");
        assertThat(result.reached().header("x-count")).isEqualTo("1");
        assertThat(result.reached().header("x-auth3")).isEqualTo("3");
        Await.until(() -> calls("_count") == 1);
        assertThat(calls("_sum")).isEqualTo(3);
        Await.untilAsserted(() -> assertThat(
                        engine.metric("policy_kernel_requests_total{route=\"r\",status=\"ok\",worker=\"auth\"}"))
                .isEqualTo(2));
        Await.untilAsserted(() -> assertThat(
                        engine.metric("policy_kernel_requests_total{route=\"r\",status=\"ok\",worker=\"limits\"}"))
                .isEqualTo(1));
    }

    private double calls(String part) {
        return engine.metric("policy_kernel_worker_calls_per_request" + part + "{route=\"r\"}");
    }
}
