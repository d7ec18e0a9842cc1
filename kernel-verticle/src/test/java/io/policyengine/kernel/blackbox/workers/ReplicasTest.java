package io.policyengine.kernel.blackbox.workers;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.error.Problem;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A kernel whose worker has two replicas. */
class ReplicasTest {
    private static final int TENANTS = 20;

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker one = kernel.worker("w").at("/one").with("who", answering("one"));
    private final ScriptedWorker two = kernel.worker("w").at("/two").with("who", answering("two"));

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static Policy answering(String replica) {
        return Policies.request(new SetHeader("x-replica", replica));
    }

    private void start(String affinity, String response) {
        kernel.start("""
                workers:
                  - { name: w, socket_path: /one, affinity: "%1$s" }
                  - { name: w, socket_path: /two, affinity: "%1$s" }
                """.formatted(affinity), route("r", "[ { policy: who } ]", response));
        Await.until(() -> one.preparedChains() > 0 && two.preparedChains() == one.preparedChains());
    }

    @Test
    void aHeadersValueStaysWithOneReplicaUntilThatIsLost() {
        start("header:X-Tenant", "[]");
        // A replica is called a moment after it has prepared.
        Await.untilAsserted(() -> assertThat(replicasOfTenants()).contains("one", "two"));

        List<String> first = replicasOfTenants();
        List<String> second = replicasOfTenants();
        one.goAway();
        List<String> withoutOne = replicasOfTenants();
        one.comeBack();

        assertThat(first).isEqualTo(second);
        assertThat(withoutOne).containsOnly("two");
        Await.untilAsserted(() -> assertThat(replicasOfTenants()).isEqualTo(first));
    }

    @Test
    void anExchangeWhoseEndIsToldStaysWithItsReplica() {
        one.withEnd("who", EndAccuracy.STREAM);
        two.withEnd("who", EndAccuracy.STREAM);
        start("none", "[ { policy: who } ]");

        for (int i = 0; i < TENANTS; i++) {
            kernel.get("r");
        }

        Await.until(() -> one.ends().size() + two.ends().size() == TENANTS);
        assertThat(one.calls()).isEqualTo(2 * one.ends().size());
        assertThat(two.calls()).isEqualTo(2 * two.ends().size());
    }

    @Test
    void bothReplicasAreToldOfAnExchangeThatHadToMove() {
        one.withEnd("who", EndAccuracy.STREAM);
        two.withEnd("who", EndAccuracy.STREAM);
        start("none", "[ { policy: who } ]");
        var envoy = kernel.envoy(KernelHarness.filter("r"));

        Await.result(envoy.exchange(SimRequest.get("/"), _ -> {
            ScriptedWorker first = one.calls() > 0 ? one : two;
            first.goAway();
            return Future.succeededFuture(SimResponse.of(200));
        }));

        Await.until(() -> one.ends().size() == 1 && two.ends().size() == 1);
    }

    @Test
    void aReplicaThatComesBackIsCalledWhenItIsPreparedForAllLiveGenerations() {
        Promise<SimResponse> response = Promise.promise();
        Promise<Void> prepared = Promise.promise();
        Policy stampsOld = Policies.response(new SetHeader("x-stamp", "old"));
        one.with("old", stampsOld);
        two.with("old", stampsOld);
        start("none", "[ { policy: old } ]");
        Future<SimResult> ofTheOld =
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.get("/"), _ -> response.future());
        Await.until(() -> one.calls() + two.calls() == 1);
        kernel.write("routes/routes.yaml", route("r", "[ { policy: who }, { policy: old } ]", "[]"));
        kernel.reload();
        Await.until(() -> two.preparedChains() == 3);

        one.prepareAfter(prepared.future());
        int preparedBefore = one.preparations();
        one.goAway();
        one.comeBack();
        Await.until(() -> one.preparations() == preparedBefore + 3);
        int calledBefore = one.calls();
        for (int i = 0; i < TENANTS; i++) {
            assertThat(kernel.get("r").reached().header("x-replica")).isEqualTo("two");
        }
        two.goAway();
        Await.until(() -> kernel.get("r").status() == 503);
        int calledMeanwhile = one.calls();
        prepared.complete();
        Await.until(() -> kernel.get("r").status() == 200);
        int preparedAgain = one.preparedChains();
        response.complete(SimResponse.of(200));

        assertThat(Await.result(ofTheOld).response().header("x-stamp")).isEqualTo("old");
        assertThat(calledMeanwhile).isEqualTo(calledBefore);
        assertThat(preparedAgain).isEqualTo(3);
    }

    @Test
    void aCheckOfWhatTakesLongToPrepareFailsAndTakesNoReplicaOutOfService() {
        Promise<Void> prepared = Promise.promise();
        start("none", "[]");
        one.prepareAfter(prepared.future());
        two.prepareAfter(prepared.future());

        FileEdit changed = new FileEdit("routes/routes.yaml", route("new", "[ { policy: who } ]", "[]"));
        List<Problem> problems =
                Await.result(kernel.reloads().check(kernel.reloads().texts().with(changed), LossGuard.FULL));

        assertThat(problems)
                .extracting(Problem::message)
                .containsExactly("no replica of worker 'w' has prepared its chains in time");
        assertThat(kernel.get("r").status()).isEqualTo(200);
    }

    @Test
    void whatIsPreparedTooLateForItsConfigurationIsReleased() {
        Promise<Void> prepared = Promise.promise();
        start("none", "[]");
        one.prepareAfter(prepared.future());
        FileEdit changed = new FileEdit("routes/routes.yaml", route("new", "[ { policy: who } ]", "[]"));
        Await.result(kernel.reloads().check(kernel.reloads().texts().with(changed), LossGuard.FULL));
        int before = one.preparedChains();

        prepared.complete();

        Await.until(() -> one.preparedChains() == before);
    }

    @Test
    void anOldReplicaThatIsLeftServesAllButTheRoutesItRefuses() {
        startWithOneOfAnOldVersion();

        two.goAway();
        awaitReplicas("one", "500");
        two.comeBack();

        awaitReplicas("one", "two");
    }

    @Test
    void anOldReplicaThatTheConfigurationLeavesServesAllButTheRoutesItRefuses() {
        startWithOneOfAnOldVersion();

        kernel.write("kernel.yaml", KernelHarness.settings("workers: [ { name: w, socket_path: /one } ]\n"));
        kernel.reload();

        awaitReplicas("one", "500");
    }

    @Test
    void theLastReplicaToComeDoesNotDecideWhatThePolicyDoes() {
        one.with("who", answering("one"), Fact.PROVIDES_IDENTITY);
        two.with("who", answering("two"), Fact.PROVIDES_IDENTITY);
        start("none", "[ { policy: who } ]");
        two.with("who", answering("two"));
        two.goAway();
        two.comeBack();

        Await.until(() -> kernel.admin("/health/ready").contains("worker at /two refuses"));
        assertThat(replicasOfTenants()).containsOnly("one");
        one.goAway();
        Await.until(() -> kernel.get("r").status() == 503);
        Await.until(() -> kernel.metric("policy_kernel_worker_refused_policies{worker=\"w\"}") == 1);
        one.comeBack();

        Await.untilAsserted(() -> assertThat(replicaOrStatus("r")).isEqualTo("one"));
    }

    private void startWithOneOfAnOldVersion() {
        one.speaks(new ProtocolVersion(1, 0));
        kernel.start(
                "workers: [ { name: w, socket_path: /one }, { name: w, socket_path: /two } ]\n",
                route("plain", "[ { policy: who } ]", "[]")
                        + route("conditional", "[ { policy: who, when: 'true' } ]", "[]")
                                .replace("route_policies:\n", ""));
        awaitReplicas("one", "two");
    }

    private void awaitReplicas(String plain, String conditional) {
        Await.untilAsserted(() -> {
            assertThat(replicaOrStatus("plain")).isEqualTo(plain);
            assertThat(replicaOrStatus("conditional")).isEqualTo(conditional);
        });
    }

    private String replicaOrStatus(String route) {
        SimResult result = kernel.get(route);
        return result.upstream() == null
                ? String.valueOf(result.status())
                : String.valueOf(result.reached().header("x-replica"));
    }

    private List<String> replicasOfTenants() {
        List<String> replicas = new ArrayList<>();
        for (int i = 0; i < TENANTS; i++) {
            replicas.add(String.valueOf(
                    kernel.get("r", "x-tenant", "t" + i).reached().header("x-replica")));
        }
        return replicas;
    }
}
