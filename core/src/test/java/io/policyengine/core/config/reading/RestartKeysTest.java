package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.RestartKeys;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a change of the configuration does without a restart. */
class RestartKeysTest {
    @TempDir
    Path directory;

    private KernelConfig kernel(String text) {
        return ConfFiles.in(directory)
                .write("kernel.yaml", "policy_kernel: " + text + "\n")
                .read()
                .kernel();
    }

    @Test
    void keysThatNeedARestartKeepTheirValueAndAreNamed() {
        KernelConfig running =
                kernel("{ server: { port: 1000 }, observability: { metrics_port: 0, log_level: info } }");
        KernelConfig wanted = kernel(
                "{ server: { port: 2000 }, observability: { metrics_port: 1, log_level: debug }, trusted_hops: 2 }");

        RestartKeys.Kept<KernelConfig> kept = RestartKeys.keep(running, wanted, "policy_kernel");

        assertThat(kept.ignored())
                .containsExactly("policy_kernel.server.port", "policy_kernel.observability.metrics_port");
        assertThat(kept.value().server()).isEqualTo(running.server());
        assertThat(kept.value().observability().metricsPort()).isZero();
        assertThat(kept.value().observability().logLevel()).isEqualTo(ObservabilityConfig.LogLevel.DEBUG);
        assertThat(kept.value().trustedHops()).isEqualTo(2);
    }

    @Test
    void keysWhoseNamesSayTheirUnitAreNamedAsTheyAreWritten() {
        KernelConfig running = kernel("{}");

        assertThat(RestartKeys.keep(running, kernel("{ server: { drain_timeout_ms: 1 } }"), "policy_kernel")
                        .ignored())
                .containsExactly("policy_kernel.server.drain_timeout_ms");
    }

    @Test
    void workersAreReadWhateverIsWrongWithTheRest() {
        ConfFiles.in(directory).writeAll("""
                --- kernel.yaml
                policy_kernel: { typo: 1 }
                --- worker.yaml
                worker_core: { name: w }
                --- worker-2.yaml
                worker_core: { name: [ }
                --- routes/a.yaml
                route_policies: [
                --- users.yaml
                route_policies: []
                --- people.yaml
                route_policies: [
                """);
        List<Problem> problems = new ArrayList<>();

        List<WorkerCoreConfig> workers = ConfDirectory.workers(ConfTexts.readBlocking(directory), _ -> null, problems);

        assertThat(workers).extracting(WorkerCoreConfig::name).containsExactly("w");
        assertThat(problems).extracting(problem -> problem.location().file()).containsOnly("worker-2.yaml");
    }
}
