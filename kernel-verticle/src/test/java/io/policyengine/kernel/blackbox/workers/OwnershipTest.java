package io.policyengine.kernel.blackbox.workers;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.registry.WorkerReport;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which worker a policy belongs to, and what becomes of it when workers come, go, and declare something else. */
class OwnershipTest {
    private static final String WORKERS = "workers: [ { name: team }, { name: security } ]\n";
    private static final String ROUTES = route("protected", "[ { policy: auth } ]", "[]")
            + route("other", "[ { policy: limit } ]", "[]").replace("route_policies:\n", "")
            + route("team", "[ { policy: mine } ]", "[]").replace("route_policies:\n", "");

    private static final PolicyDescriptor AUTH = PolicyDescriptor.headersOnly(
            "auth", "1", "Asks for a key.", Set.of(Phase.REQUEST), Set.of(Fact.MAY_DENY, Fact.PROVIDES_IDENTITY));

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker team = kernel.worker("team").with("mine", Policies.request());
    private final ScriptedWorker security = kernel.worker("security")
            .with("auth", denying(), Fact.MAY_DENY, Fact.PROVIDES_IDENTITY)
            .with("limit", Policies.request());

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static Policy denying() {
        return Policies.denying(401, "no key");
    }

    private void start(String workers) {
        kernel.start(workers, ROUTES);
    }

    private void startAndAwaitAll() {
        start(WORKERS);
        awaitStatus("protected", 401);
        awaitStatus("other", 200);
        awaitStatus("team", 200);
    }

    private void awaitStatus(String route, int status) {
        Await.untilAsserted(() -> assertThat(kernel.get(route).status()).isEqualTo(status));
    }

    private static void restart(ScriptedWorker worker) {
        worker.goAway();
        worker.comeBack();
    }

    private double refused(String worker) {
        return kernel.metric("policy_kernel_worker_refused_policies{worker=\"" + worker + "\"}");
    }

    /** The policies that a worker declares and runs. */
    private List<String> policiesOf(int worker) {
        WorkerReport report = kernel.reports().get(worker);
        Set<String> refused =
                report.refused().stream().map(Declarations.Refused::policy).collect(Collectors.toSet());
        return Objects.requireNonNull(report.description()).policies().stream()
                .map(policy -> policy.descriptor().name())
                .filter(policy -> !refused.contains(policy))
                .toList();
    }

    @Test
    void aWorkerThatStandsEarlierDoesNotGetAPolicyThatAnotherHas() {
        startAndAwaitAll();

        team.with("auth", Policies.request());
        restart(team);

        Await.until(() -> refused("team") == 1);
        awaitStatus("team", 200);
        assertThat(kernel.get("protected").status()).isEqualTo(401);
        assertThat(kernel.get("other").status()).isEqualTo(200);
        assertThat(policiesOf(0)).containsExactly("mine");
        assertThat(kernel.reports().getFirst().refused()).singleElement().satisfies(refused -> {
            assertThat(refused.policy()).isEqualTo("auth");
            assertThat(refused.why()).startsWith("it belongs to worker 'security'");
        });
        assertThat(policiesOf(1)).containsExactly("auth", "limit");
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200 ")
                .contains("worker 'team' declares policies that it may not run: auth; GET /workers says why");

        team.without("auth");
        restart(team);
        Await.until(() -> refused("team") == 0);
    }

    @Test
    void aPolicyStaysWithAWorkerThatIsAwayAndIsServedWhenThatIsBack() {
        startAndAwaitAll();
        security.goAway();
        awaitStatus("protected", 503);

        team.with("auth", Policies.request());
        restart(team);
        Await.until(() -> refused("team") == 1);
        awaitStatus("team", 200);
        int meanwhile = kernel.get("protected").status();
        kernel.write(
                "routes/routes.yaml",
                ROUTES + route("more", "[ { policy: mine } ]", "[]").replace("route_policies:\n", ""));
        kernel.reload();
        awaitStatus("more", 200);
        int afterAReload = kernel.get("protected").status();
        security.comeBack();

        awaitStatus("protected", 401);
        assertThat(meanwhile).isEqualTo(503);
        assertThat(afterAReload).isEqualTo(503);
    }

    @Test
    void aPolicyThatComesBackWithFewerFactsIsNotServedUntilItHasThemAgain() {
        startAndAwaitAll();

        security.with("auth", Policies.request(), Fact.MAY_DENY);
        restart(security);

        awaitStatus("protected", 503);
        awaitStatus("other", 200);
        Await.untilAsserted(() -> assertThat(kernel.admin("/health/ready"))
                .startsWith("200 ")
                .contains("policy 'auth' cannot be used", "no longer declares provides_identity"));
        assertThat(policiesOf(1)).containsExactly("limit");

        security.with("auth", denying(), Fact.MAY_DENY, Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS);
        restart(security);
        awaitStatus("protected", 401);
        assertThat(refused("security")).isZero();
    }

    @Test
    void aPolicyThatNoLongerReadsTheBodyIsNotServed() {
        security.with("auth", BodyNeed.BUFFERED, denying());
        startAndAwaitAll();

        security.with("auth", Policies.request());
        restart(security);

        Await.until(() -> kernel.admin("/health/ready").contains("no longer reads the request body"));
        assertThat(kernel.get("protected").status()).isEqualTo(503);
    }

    @Test
    void theConfigurationMaySayThatAPolicyDoesLess() {
        startAndAwaitAll();
        security.with("auth", Policies.request());
        restart(security);
        Await.untilAsserted(() -> assertThat(kernel.admin("/health/ready")).contains("no longer declares"));
        assertThat(kernel.get("protected").status()).isEqualTo(503);

        kernel.write("kernel.yaml", KernelHarness.settings("""
                        allow_open: true
                        workers: [ { name: team }, { name: security, policies: [ auth, limit ] } ]
                        """));
        kernel.reload();

        awaitStatus("protected", 200);
        assertThat(kernel.get("other").status()).isEqualTo(200);
    }

    @Test
    void theConfigurationMayMoveAPolicyToAnotherWorker() {
        startAndAwaitAll();
        team.with("auth", Policies.denying(402, "by the team"));
        restart(team);
        Await.until(() -> refused("team") == 1);

        kernel.write("kernel.yaml", KernelHarness.settings("""
                        allow_open: true
                        workers: [ { name: team, policies: [ auth, mine ] }, { name: security } ]
                        """));
        kernel.reload();

        awaitStatus("protected", 402);
        assertThat(refused("team")).isZero();
        assertThat(refused("security")).isEqualTo(1);
        assertThat(kernel.get("other").status()).isEqualTo(200);
    }

    @Test
    void aPolicyThatIsListedIsWaitedForWhoeverDeclaresItMeanwhile() {
        team.with("auth", Policies.request());
        security.goAway();
        start("workers: [ { name: team }, { name: security, policies: [ auth, limit ] } ]\n");

        Await.until(() -> refused("team") == 1);
        awaitStatus("team", 200);
        assertThat(kernel.get("protected").status()).isEqualTo(503);
        assertThat(kernel.admin("/health/ready")).startsWith("503 ").contains("worker 'security'");
        security.comeBack();

        awaitStatus("protected", 401);
        Await.until(() -> kernel.admin("/health/ready").startsWith("200 "));
    }

    @Test
    void aWorkerRunsNothingThatItsListLeavesOut() {
        security.without("auth");
        team.with("auth", Policies.request());

        start("workers: [ { name: team, policies: [ mine ] }, { name: security } ]\n");

        awaitStatus("team", 200);
        awaitStatus("protected", 500);
        assertThat(kernel.refusal("protected"))
                .contains("worker 'team' declares it, but 'policies' of worker 'team' in kernel.yaml does not list it");
    }

    @Test
    void thePoliciesOfTheEngineAreForNoneThatDoesLess() {
        kernel.comesWith(AUTH);
        team.with("auth", Policies.request());
        security.goAway();

        start(WORKERS);

        awaitStatus("team", 200);
        awaitStatus("protected", 503);
        assertThat(kernel.reports().getFirst().refused())
                .singleElement()
                .satisfies(refused -> assertThat(refused.why()).contains("a built-in policy has this name"));
        security.comeBack();
        awaitStatus("protected", 401);
        assertThat(refused("team")).isEqualTo(1);
        assertThat(refused("security")).isZero();
    }

    @Test
    void theConfigurationMayPutAnotherPolicyInTheirPlace() {
        kernel.comesWith(AUTH);
        team.with("auth", Policies.denying(402, "by the team"));

        start("workers: [ { name: team, policies: [ auth, mine ] }, { name: security } ]\n");

        awaitStatus("protected", 402);
    }

    @Test
    void theOnlyWorkerIsComparedWithNothing() {
        kernel.comesWith(AUTH);
        security.without("auth");
        team.with("auth", Policies.denying(402, "by the team"));

        start("workers: [ { name: team }, { name: security, policies: [ limit ] } ]\n");

        awaitStatus("protected", 402);
    }

    @Test
    void theOrderDecidesAmongThoseThatStartTogetherWhoeverIsQuicker() {
        team.with("auth", Policies.denying(402, "by the team"));
        team.goAway();
        start(WORKERS);
        awaitStatus("other", 503);
        Await.until(() -> security.preparations() == 0 && security.connections() == 1);

        team.comeBack();

        awaitStatus("protected", 402);
        awaitStatus("other", 200);
        assertThat(refused("security")).isEqualTo(1);
    }

    @Test
    void anEarlierWorkerThatStaysAwayIsNotWaitedForForever() {
        team.goAway();
        start(WORKERS);

        Await.untilAsserted(() -> assertThat(kernel.get("protected").status()).isEqualTo(401));
        team.with("auth", Policies.request());
        team.comeBack();

        awaitStatus("team", 200);
        assertThat(kernel.get("protected").status()).isEqualTo(401);
        assertThat(refused("team")).isEqualTo(1);
    }

    @Test
    void aKernelThatHasServedNothingYetWaitsForItsWorkers() {
        kernel.start(WORKERS, route("protected", "[ { policy: misspelt } ]", "[]"));
        awaitStatus("protected", 500);
        assertThat(kernel.admin("/health/ready")).startsWith("503 ").contains("every route is refused");
        security.goAway();

        kernel.write("routes/routes.yaml", route("protected", "[ { policy: auth } ]", "[]"));
        kernel.reload();

        awaitStatus("protected", 503);
        assertThat(kernel.admin("/health/ready")).startsWith("503 ");
        security.comeBack();
        Await.until(() -> kernel.admin("/health/ready").startsWith("200 "));
    }

    @Test
    void aWorkerThatNeverWorkedDoesNotTakeReadinessFromTheOthers() {
        ScriptedWorker third = kernel.worker("third").with("new", Policies.request());
        startAndAwaitAll();
        assertThat(kernel.admin("/health/ready")).startsWith("200 ");
        third.goAway();

        kernel.write(
                "kernel.yaml",
                KernelHarness.settings(
                        "workers: [ { name: team }, { name: security }, { name: third, required: true } ]\n"));
        kernel.write("routes/new.yaml", route("new", "[ { policy: new } ]", "[]"));
        kernel.reload();

        awaitStatus("new", 503);
        assertThat(kernel.admin("/health/ready")).startsWith("200 ").contains("third");
        third.comeBack();
        awaitStatus("new", 200);
        third.goAway();
        Await.until(() -> kernel.admin("/health/ready").startsWith("503 "));
    }

    @Test
    void aStartIsNotReadyUntilAllWorkersThatRoutesUseWereThereUnlessTheyAreNotRequired() {
        team.goAway();
        start(WORKERS);
        awaitStatus("team", 503);
        String strict = kernel.admin("/health/ready");

        kernel.write(
                "kernel.yaml",
                KernelHarness.settings("workers: [ { name: team, required: false }, { name: security } ]\n"));
        team.comeBack();
        kernel.reload();
        awaitStatus("team", 200);
        Await.until(() -> kernel.admin("/health/ready").startsWith("200 "));
        team.goAway();

        awaitStatus("team", 503);
        assertThat(strict).startsWith("503 ");
        // The route is refused a moment before the loss of its worker is noted.
        Await.until(() -> kernel.admin("/health/ready").contains("worker 'team' cannot be called"));
        assertThat(kernel.admin("/health/ready")).startsWith("200 ");
    }

    @Test
    void aStartDoesNotWaitForAWorkerThatIsNotRequiredAndWasNeverThere() {
        team.goAway();
        start("workers: [ { name: team, required: false, policies: [mine] }, { name: security } ]\n");

        awaitStatus("team", 503);
        assertThat(kernel.admin("/health/ready")).startsWith("200 ").contains("worker 'team' has not answered yet");
    }
}
