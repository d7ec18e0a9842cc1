package io.policyengine.e2e.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Web;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A worker in another language, written from {@code docs/worker-protocol.md}, next to a Java worker in one chain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PythonWorkerIT {
    @SuppressWarnings("NullAway.Init") // set before all tests
    private Fleet fleet;

    @BeforeAll
    void start() {
        fleet = Fleet.start(1, "timeout_ms: 2000, health_check_timeout_ms: 3000");
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    @Test
    void runsBetweenTwoPoliciesOfAnotherWorkerAndOnTheResponse() {
        Web.Answer answer = fleet.get(Fleet.PATH);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.seenUpstream("x-stamp")).isEqualTo(Fleet.STAMPS);
        assertThat(answer.header("x-stamp")).isEqualTo(Fleet.ANSWER_STAMPS);
    }

    @Test
    void leavesAFieldForTheResponseOfARouteWithoutResponsePolicies() {
        Web.Answer answer = fleet.get("/left");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.seenUpstream("x-stamp")).isNull();
        assertThat(answer.header("x-stamp")).isEqualTo("p1");
    }

    @Test
    void takesThreeCallsForThreeSegmentsOfTwoWorkers() {
        String java = "policy_kernel_requests_total{route=\"/stamped\",status=\"ok\",worker=\"java\"}";
        String python = "policy_kernel_requests_total{route=\"/stamped\",status=\"ok\",worker=\"python\"}";
        double javaBefore = fleet.metric(java);
        double pythonBefore = fleet.metric(python);

        fleet.get(Fleet.PATH);

        assertThat(fleet.metric(java) - javaBefore)
                .as("two in the request, one in the response")
                .isEqualTo(3);
        assertThat(fleet.metric(python) - pythonBefore).as("one in each").isEqualTo(2);
    }

    @Test
    void hasNoMetricsWhileTheKernelShowsThoseOfTheOtherWorker() {
        fleet.get(Fleet.PATH);

        String metrics = Web.get(fleet.kernel().metricsPort(), "/metrics").body();

        assertThat(metrics.lines())
                .anyMatch(
                        line -> line.startsWith("policy_worker_executions_total{policy=\"transformHeaders\",replica=\"")
                                && line.contains("status=\"success\",worker=\"java\"} "))
                .anyMatch(line -> line.startsWith("jvm_threads_live_threads{replica="))
                .contains(
                        "policy_kernel_worker_metrics_read{worker=\"java\"} 1.0",
                        "policy_kernel_worker_metrics_read{worker=\"python\"} 0.0");
    }

    @Test
    void failsAnEntryThatTakesTooLong() {
        Web.Answer answer = fleet.get("/slow");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(fleet.kernel().process().output()).contains("POLICY_TIMEOUT");
    }

    @Test
    void failsAnEntryThatTakesTheTimeOfItsCall() {
        assertThat(fleet.get("/patient").status()).isEqualTo(500);
    }

    @Test
    void saysWhatIsWrongWithParameters() {
        assertThat(fleet.get("/wrong").status()).isEqualTo(500);
        assertThat(fleet.kernel().process().output()).contains("must be a string of printable characters");
    }

    @Test
    void refusesAConditionThatItCannotEvaluate() {
        assertThat(fleet.get("/conditional").status()).isEqualTo(500);
        assertThat(fleet.kernel().process().output()).contains("this worker knows no conditions and no shadow");
    }

    @Test
    void refusesToTryAPolicyInTheShadow() {
        assertThat(fleet.get("/tried").status()).isEqualTo(500);
        assertThat(fleet.kernel().process().output()).contains("leave out `when`, and `mode: shadow`");
    }

    @Test
    void endsWithSuccessOnSigtermAndComesBack() {
        Replica replica = fleet.replicasOf("python").getFirst();

        replica.process().terminate();

        assertThat(replica.process().exitCode())
                .as(() -> replica.process().output())
                .isZero();
        Eventually.isTrue("a denial", () -> fleet.get(Fleet.PATH).status() == 503);
        replica.start();
        Eventually.isTrue("recovery", () -> fleet.get(Fleet.PATH).status() == 200);
    }
}
