package io.policyengine.kernel.blackbox.workers;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Chains that a worker could not prepare for a reason that passes by itself, such as a file that does not answer. */
class UnfinishedChainsTest {
    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker one = worker("one");

    private ScriptedWorker worker(String name) {
        return kernel.worker("w").at("/" + name).with("who", Policies.request(new SetHeader("x-replica", name)));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void areTakenUpOnceTheyAreReadyThoughNothingIsChanged() {
        one.hesitate(true);
        kernel.start("workers: [ { name: w, socket_path: /one } ]\n", route("r", "[ { policy: who } ]", "[]"));
        assertThat(kernel.get("r").status()).isEqualTo(500);
        int asked = one.preparations();
        Await.until(() -> one.preparations() > asked);
        assertThat(kernel.get("r").status()).isEqualTo(500);

        one.hesitate(false);

        Await.untilAsserted(() -> assertThat(replicaOf("1")).isEqualTo("one"));
    }

    @Test
    void areLeftToTheReplicaThatHasThemUntilTheOtherHasThemToo() {
        ScriptedWorker two = worker("two");
        one.hesitate(true);
        kernel.start(
                "workers: [ { name: w, socket_path: /one, affinity: 'header:x-tenant' },"
                        + " { name: w, socket_path: /two, affinity: 'header:x-tenant' } ]\n",
                route("r", "[ { policy: who } ]", "[]"));
        Await.until(() -> kernel.admin("/health/ready").contains("worker at /one refuses"));
        assertThat(replicas()).containsExactly("two");
        assertThat(one.calls()).isZero();
        assertThat(two.calls()).isPositive();

        one.hesitate(false);

        Await.untilAsserted(() -> assertThat(replicas()).containsExactlyInAnyOrder("one", "two"));
    }

    private Set<String> replicas() {
        Set<String> replicas = new HashSet<>();
        for (int tenant = 0; tenant < 20; tenant++) {
            replicas.add(replicaOf("t" + tenant));
        }
        return replicas;
    }

    private String replicaOf(String tenant) {
        SimResult result = kernel.get("r", "x-tenant", tenant);
        return result.upstream() == null
                ? String.valueOf(result.status())
                : String.valueOf(result.reached().header("x-replica"));
    }
}
