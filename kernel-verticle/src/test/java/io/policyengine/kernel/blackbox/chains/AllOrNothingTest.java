package io.policyengine.kernel.blackbox.chains;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SPEC "All-or-nothing check" and "Failure": what happens when policies or workers are missing or fail. */
class AllOrNothingTest {
    private static final String REFUSED_OF_THIEF = "policy_kernel_worker_refused_policies{worker=\"thief\"}";
    private static final String TWO_WORKERS = "workers: [ { name: one }, { name: two } ]\n";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker one = kernel.worker("one").with("a", Policies.request(new SetHeader("x-a", "1")));
    private final ScriptedWorker two = kernel.worker("two").with("b", Policies.request(new SetHeader("x-b", "1")));

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void anUnknownPolicyInEitherPhaseIsAnsweredAsConfiguredAndNothingRuns() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a } ]", "[ { policy: nowhere } ]"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.response().header("x-policy-error")).isEqualTo("configuration");
        assertThat(result.response().bodyText()).contains("ROUTE_MISCONFIGURED");
        assertThat(one.calls()).isZero();
    }

    @Test
    void badParametersAreAnsweredAsAnUnknownPolicyIs() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a, params: { problem: bad } } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
        assertThat(one.calls()).isZero();
    }

    @Test
    void anEntryThatIsOffIsNeitherCheckedNorRun() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: nowhere, mode: \"off\" }, { policy: b } ]", "[]"));

        assertThat(kernel.get("r").reached().header("x-b")).isEqualTo("1");
    }

    @Test
    void aConditionThatIsFalsePassesItsPolicyOver() {
        kernel.start(
                TWO_WORKERS, route("r", "[ { policy: a }, { policy: b, when: \"'x-b' in request.headers\" } ]", "[]"));

        assertThat(kernel.get("r").reached().header("x-b")).isNull();
        assertThat(kernel.get("r", "x-b", "0").reached().header("x-b")).isEqualTo("1");
    }

    @Test
    void aPolicyWhoseConditionIsFalseIsCheckedForNevertheless() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: b, when: 'false' } ]", "[]"));
        two.goAway();
        awaitHealth("two", 0);

        assertThat(kernel.get("r").status()).isEqualTo(503);
    }

    @Test
    void aConditionThatCannotBeEvaluatedDeniesWhateverOnFailureSays() {
        String entry = "{ policy: b, when: \"request.headers['x-b'] == ''\", on_failure: %s }";
        kernel.start(
                TWO_WORKERS,
                route("closed", "[ " + entry.formatted("deny") + " ]", "[]")
                        + route("open", "[ " + entry.formatted("continue") + " ]", "[]")
                                .replace("route_policies:\n", ""));

        assertThat(kernel.get("closed").status()).isEqualTo(400);
        assertThat(kernel.get("open").status()).isEqualTo(400);
    }

    @Test
    void aConditionThatDoesNotCompileMakesItsRouteInvalidAndNoOther() {
        kernel.start(
                TWO_WORKERS,
                route("bad", "[ { policy: b, when: 'request.metod == 1' } ]", "[]")
                        + route("good", "[ { policy: b } ]", "[]").replace("route_policies:\n", ""));

        assertThat(kernel.get("bad").status()).isEqualTo(500);
        assertThat(kernel.get("good").reached().header("x-b")).isEqualTo("1");
    }

    @Test
    void aWorkerOfAnOlderProtocolIsNotTrustedWithConditions() {
        two.speaks(new ProtocolVersion(1, 0));
        kernel.start(
                TWO_WORKERS,
                route("new", "[ { policy: b, when: 'true' } ]", "[]")
                        + route("old", "[ { policy: b } ]", "[]").replace("route_policies:\n", ""));

        assertThat(kernel.get("new").status()).isEqualTo(500);
        assertThat(kernel.get("old").reached().header("x-b")).isEqualTo("1");
    }

    @Test
    void aWorkerThatIsDownIsAnsweredAsConfiguredAndNothingRuns() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a }, { policy: b } ]", "[]"));
        two.goAway();
        awaitHealth("two", 0);

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.response().header("retry-after")).isEqualTo("30");
        assertThat(result.upstream()).isNull();
        assertThat(one.calls()).isZero();
    }

    @Test
    void aWorkerThatComesBackIsPreparedAgainAndCalled() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: b } ]", "[]"));
        two.goAway();
        awaitHealth("two", 0);

        two.comeBack();
        awaitStatus(200);

        assertThat(kernel.get("r").reached().header("x-b")).isEqualTo("1");
    }

    @Test
    void aWorkerThatHasNotAnsweredYetMakesItsPoliciesUnavailableNotUnsupported() {
        two.goAway();
        kernel.start(TWO_WORKERS, route("r", "[ { policy: b } ]", "[]"));
        assertThat(kernel.get("r").status()).isEqualTo(503);
        assertThat(kernel.admin("/health/ready")).startsWith("503").contains("two");

        two.comeBack();
        awaitStatus(200);

        assertThat(kernel.get("r").reached().header("x-b")).isEqualTo("1");
        assertThat(kernel.admin("/health/ready")).startsWith("200");
    }

    @Test
    void aWorkerThatReturnsWithOtherPoliciesIsPlannedAgain() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: b } ]", "[]"));

        comeBackAs(two.without("b"));
        awaitStatus(500);

        comeBackAs(two.with("b", Policies.request(new SetHeader("x-b", "2"))));
        awaitStatus(200);
        assertThat(kernel.get("r").reached().header("x-b")).isEqualTo("2");
    }

    @Test
    void aReplicaThatIsRefusedTakesNoPolicyFromTheOthersOfItsWorker() {
        kernel.worker("misnamed");
        kernel.start(
                "workers: [ { name: one, socket_path: /1 }, { name: two }, { name: one, socket_path: /2 } ]\n",
                route("r", "[ { policy: a } ]", "[]") + """
                          - route_name: other
                            request_flow: { policy_chain: [ { policy: b } ] }
                        """);

        comeBackAs(two.without("b"));
        Await.untilAsserted(() -> assertThat(kernel.get("other").status()).isEqualTo(500));

        assertThat(kernel.get("r").status()).isEqualTo(200);
    }

    private void comeBackAs(ScriptedWorker changed) {
        changed.goAway();
        awaitHealth("two", 0);
        changed.comeBack();
        awaitHealth("two", 1);
    }

    private void awaitStatus(int status) {
        Await.untilAsserted(() -> assertThat(kernel.get("r").status()).isEqualTo(status));
    }

    @Test
    void aMissingWorkerIsPassedOverWhereEveryEntryOnItSaysSo() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a }, { policy: b, on_failure: continue } ]", "[]"));
        two.goAway();
        awaitHealth("two", 0);

        SimResult result = kernel.get("r");

        assertThat(result.reached().header("x-a")).isEqualTo("1");
        assertThat(result.reached().header("x-b")).isNull();
        Await.untilAsserted(() -> assertThat(kernel.metric("policy_kernel_partial_chain_failures_total"
                        + "{failed_worker=\"two\",failure_type=\"worker_unavailable\",route=\"r\"}"))
                .isEqualTo(1));
    }

    @Test
    void aMissingWorkerIsPassedOverWhereItFailsOpen() {
        kernel.start(
                "workers: [ { name: one }, { name: two, fail_open: true } ]\n",
                route("r", "[ { policy: b }, { policy: a } ]", "[]"));
        two.goAway();
        awaitHealth("two", 0);

        assertThat(kernel.get("r").reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void skipRemainingOnAMissingWorkerEndsTheChain() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: b, on_failure: skip_remaining }, { policy: a } ]", "[]"));
        two.goAway();
        awaitHealth("two", 0);

        assertThat(kernel.get("r").reached().header("x-a")).isNull();
    }

    @Test
    void theStrictestEntryOfAGroupDecidesWhenItsWorkerFails() {
        one.with("c", Policies.request());
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a, on_failure: continue }, { policy: c } ]", "[]"));
        one.failCalls(new WorkerException(Kind.CONNECTION_LOST, "it died"));

        assertThat(kernel.get("r").status()).isEqualTo(503);
    }

    @Test
    void aWorkerCallThatTimesOutIsAnsweredWith503WithoutInnerDetail() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a } ]", "[]"));
        one.failCalls(new WorkerException(Kind.TIMEOUT, "secret detail"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.response().bodyText()).contains("WORKER_TIMEOUT").doesNotContain("secret detail");
        Await.untilAsserted(() -> assertThat(kernel.metric("policy_kernel_worker_timeouts_total{worker=\"one\"}"))
                .isEqualTo(1));
    }

    @Test
    void aWorkerThatDoesNotAnswerInItsTimeIsPassedOverWhereEveryEntryOnItSaysSo() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a, on_failure: continue }, { policy: b } ]", "[]"));
        one.failCalls(new WorkerException(Kind.TIMEOUT, "no answer"));

        assertThat(kernel.get("r").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DEADLINE_EXCEEDED", "TIMEOUT"})
    void aCallWithoutItsTimeDeniesWhateverItsEntriesSay(Kind kind) {
        String workers = TWO_WORKERS.replace(
                "name: one", "name: one, fail_open: true" + (kind == Kind.TIMEOUT ? ", timeout_ms: 40" : ""));
        kernel.start(workers, route("r", "[ { policy: a, on_failure: continue }, { policy: b } ]", "[]"));
        one.failCalls(new WorkerException(kind, "no answer"));

        SimResult result = kernel.get("r");

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.response().bodyText()).contains("DEADLINE_EXCEEDED");
        Await.untilAsserted(() -> assertThat(kernel.metric(
                        "policy_kernel_requests_total{route=\"r\",status=\"deadline_exceeded\",worker=\"one\"}"))
                .isEqualTo(1));
    }

    @Test
    void anInvalidAnswerOfAWorkerIsAPolicyError() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a } ]", "[]"));
        one.failCalls(new WorkerException(Kind.INVALID_ANSWER, "nonsense"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
    }

    @Test
    void aDependencyThatFailsDeniesUnlessTheEntrySaysOtherwise() {
        one.with("broken", Policies.failing());
        kernel.start(TWO_WORKERS, route("strict", "[ { policy: broken }, { policy: a } ]", "[]") + """
                          - route_name: lax
                            request_flow: { policy_chain: [ { policy: broken, on_failure: continue }, { policy: a } ] }
                          - route_name: short
                            request_flow: { policy_chain: [ { policy: broken, on_failure: skip_remaining }, { policy: a } ] }
                        """);

        assertThat(kernel.get("strict").status()).isEqualTo(503);
        assertThat(kernel.get("strict").response().bodyText())
                .contains("DEPENDENCY_UNAVAILABLE")
                .doesNotContain("it broke");
        assertThat(kernel.get("lax").reached().header("x-a")).isEqualTo("1");
        assertThat(kernel.get("short").reached().header("x-a")).isNull();
    }

    @Test
    void aPolicyThatNeverAnswersIsEndedByItsTimeout() {
        one.with("silent", Policies.silent());
        kernel.start(TWO_WORKERS, route("r", "[ { policy: silent, timeout_ms: 50 } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
    }

    @Test
    void aWorkerOfAnotherNameThanConfiguredIsRefused() {
        kernel.worker("three");
        kernel.start(
                "workers: [ { name: one }, { name: two }, { name: other } ]\n", route("r", "[ { policy: a } ]", "[]"));

        assertThat(kernel.metric("policy_kernel_worker_health{worker=\"other\"}"))
                .isZero();
        assertThat(kernel.get("r").status()).isEqualTo(200);
    }

    @Test
    void aPolicyThatTwoWorkersDeclareBelongsToTheFirstAndIsRefusedOfTheOther() {
        kernel.worker("thief").with("a", Policies.request(new SetHeader("x-stolen", "1")));
        kernel.start(
                "workers: [ { name: one }, { name: two }, { name: thief } ]\n", route("r", "[ { policy: a } ]", "[]"));

        SimResult result = kernel.get("r");

        assertThat(result.reached().header("x-a")).isEqualTo("1");
        assertThat(result.reached().header("x-stolen")).isNull();
        Await.untilAsserted(() -> assertThat(kernel.metric(REFUSED_OF_THIEF)).isEqualTo(1));
    }

    @Test
    void chainsOfARetiredGenerationAreReleased() {
        two.goAway();
        kernel.start(TWO_WORKERS, route("r", "[ { policy: a } ]", "[]"));

        two.comeBack();
        awaitHealth("two", 1);

        Await.untilAsserted(() -> assertThat(one.preparedChains()).isEqualTo(1));
    }

    private void awaitHealth(String worker, double value) {
        Await.untilAsserted(() -> assertThat(kernel.metric("policy_kernel_worker_health{worker=\"" + worker + "\"}"))
                .isEqualTo(value));
    }

    @Test
    void failOpenDoesNotCoverAnInvalidAnswer() {
        kernel.start(
                "workers: [ { name: one, fail_open: true }, { name: two } ]\n", route("r", "[ { policy: a } ]", "[]"));
        one.failCalls(new WorkerException(Kind.INVALID_ANSWER, "nonsense"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
    }

    @Test
    void aRefusedWorkerHasAnsweredSoThatAnUnknownPolicyIsUnsupported() {
        kernel.worker("misnamed");
        kernel.start(
                "workers: [ { name: one }, { name: two }, { name: other } ]\n",
                route("r", "[ { policy: nowhere } ]", "[]"));

        Await.untilAsserted(() -> assertThat(kernel.get("r").status()).isEqualTo(500));
    }

    @Test
    void aPolicyIsTheEarlierWorkersThoughAContenderCameFirst() {
        kernel.worker("thief").with("a", Policies.request(new SetHeader("x-stolen", "1")));
        one.goAway();
        kernel.start(
                "workers: [ { name: one }, { name: two }, { name: thief } ]\n", route("r", "[ { policy: a } ]", "[]"));

        one.comeBack();

        Await.until(() -> kernel.metric(REFUSED_OF_THIEF) == 1);
        // The routes are planned again a moment after the worker is back.
        awaitStatus(200);
        assertThat(kernel.get("r").reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void aWorkerOfAnEarlierConfigurationDoesNotGetAPolicyBack() {
        Promise<SimResponse> response = Promise.promise();
        one.with("shared", Policies.request());
        two.with("shared", Policies.request());
        kernel.start("workers: [ { name: one } ]\n", route("r", "[ { policy: a } ]", "[ { policy: a } ]"));
        Future<SimResult> ofTheFirst =
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.get("/"), _ -> response.future());
        Await.until(() -> one.calls() == 1);
        kernel.write("kernel.yaml", KernelHarness.settings("workers: [ { name: two } ]\n"));
        kernel.write("routes/routes.yaml", route("r", "[ { policy: b } ]", "[]"));
        kernel.reload();
        awaitStatus(200);

        kernel.write("kernel.yaml", KernelHarness.settings(TWO_WORKERS));
        kernel.reload();

        Await.until(() -> kernel.metric("policy_kernel_worker_refused_policies{worker=\"one\"}") == 1);
        assertThat(kernel.get("r").status()).isEqualTo(200);
        response.complete(SimResponse.of(200));
        Await.result(ofTheFirst);
    }

    @Test
    void aRefusedExchangeIsNotCountedAsOk() {
        kernel.start(TWO_WORKERS, route("r", "[ { policy: nowhere } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(500);

        Await.until(() -> kernel.activeExchanges() == 0);
        assertThat(kernel.metric("policy_kernel_requests_total{route=\"r\",status=\"ok\",worker=\"none\"}"))
                .isZero();
    }
}
