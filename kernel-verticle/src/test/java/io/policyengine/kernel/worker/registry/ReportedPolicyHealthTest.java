package io.policyengine.kernel.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** The health of policies, as replicas report it and the registry shows it. */
class ReportedPolicyHealthTest extends RegistryFixture {
    private static final WorkerDescription WITH_A_POLICY = new WorkerDescription(
            "default-worker",
            "1",
            ProtocolVersion.CURRENT,
            1,
            1,
            List.of(new DeclaredPolicy(
                    PolicyDescriptor.headersOnly("stores", "1", "Stores.", Set.of(Phase.REQUEST), Set.of()),
                    JsonNodeFactory.instance.objectNode())));
    private static final String HEALTH = "policy_kernel_policy_health{policy=\"stores\",worker=\"default-worker\"}";

    @Test
    void aPolicyThatIsNotWellIsShownWhereverOneReplicaSaysSoAndItsWorkerIsCalledAllTheSame() throws IOException {
        Replica first = new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared());
        Replica second = new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared());
        Worker worker = start(new TwoReplicas(first, second), twoChecked(20));
        Await.until(() -> worker.available().size() == 2);
        assertThat(metrics.scrape()).contains(HEALTH + " 1.0");

        second.unwell = Map.of("stores", "its Redis is down", "other", "nobody declares it");

        Await.until(() -> metrics.scrape().contains(HEALTH + " 0.0"));
        assertThat(remarks())
                .containsExactly("policy 'stores' of worker 'default-worker' is unhealthy at told: its Redis is down");
        assertThat(metrics.scrape()).doesNotContain("policy=\"other\"");
        assertThat(unwellByReplica()).containsExactly(Map.of(), Map.of("stores", "its Redis is down"));
        assertThat(worker.available()).hasSize(2);
    }

    @Test
    void aChangeOfThePolicysHealthIsLoggedOnceAndOutlivesALostConnection() throws IOException {
        try (CapturedLog log = CapturedLog.of(PolicyHealth.class)) {
            Replica replica = new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared());
            Replica away = new Replica(_ -> Promise.<WorkerDescription>promise().future(), prepared());
            Worker worker = start(new TwoReplicas(replica, away), twoChecked(20));
            Await.until(worker::isAvailable);
            replica.unwell = Map.of("stores", "its Redis is down");
            Await.until(() -> metrics.scrape().contains(HEALTH + " 0.0"));

            int checks = replica.checks.get();
            context.runOnContext(_ -> replica.lost.getFirst().run());
            Await.until(() -> replica.connects.size() == 2 && replica.checks.get() > checks + 2);
            assertThat(metrics.scrape()).contains(HEALTH + " 0.0");
            replica.unwell = Map.of();

            Await.until(() -> metrics.scrape().contains(HEALTH + " 1.0"));
            onContext();
            assertThat(log.messages())
                    .containsExactly(
                            "WARN a policy is unhealthy; it stays in service", "INFO a policy is healthy again");
            assertThat(remarks()).isEmpty();
        }
    }

    @Test
    void thePoliciesOfAWorkerThatNoConfigurationNamesAreShownNoMore() {
        Worker worker = start(new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared()));
        Await.until(worker::isAvailable);
        assertThat(metrics.scrape()).contains(HEALTH + " 1.0");

        Promise<Void> adopted = Promise.promise();
        context.runOnContext(_ -> {
            EngineConfig none = new EngineConfig(KernelConfig.defaults(), List.of(), List.of(), List.of(), List.of());
            WorkerSet empty = new WorkerSet(Map.of(), List.of());
            registry().adopt(empty, none, registry().declarations(empty), _ -> List.of());
            adopted.complete();
        });
        adopted.future().await();

        assertThat(metrics.scrape()).doesNotContain(HEALTH);
    }

    private List<String> remarks() {
        Promise<List<String>> remarks = Promise.promise();
        context.runOnContext(_ -> remarks.complete(registry().policyRemarks()));
        return remarks.future().await();
    }

    private List<Map<String, String>> unwellByReplica() {
        Promise<List<Map<String, String>>> unwell = Promise.promise();
        context.runOnContext(_ -> unwell.complete(registry().reports().getFirst().replicas().stream()
                .map(WorkerReport.Replica::unwellPolicies)
                .toList()));
        return unwell.future().await();
    }
}
