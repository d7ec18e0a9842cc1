package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's process has of workers that are embedded in it. */
class PlacedWorkersTest {
    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<Void> stuck = new CompletableFuture<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() throws Exception {
        stuck.complete(null);
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aWorkerThatIsNeededNoMoreDoesNotSayThatALoopIsStuck() throws IOException {
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { workers: [ { name: w } ] }\n");
        Files.writeString(
                directory.resolve("worker.yaml"), "worker_core: { name: w, server: { stuck_loop_timeout_ms: 100 } }\n");
        EngineConfig config = ConfDirectory.read(directory, _ -> null);
        Host host = new Host(vertx, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), 1);
        EmbeddedWatch watch = new EmbeddedWatch(host);
        PlacedWorkers workers = new PlacedWorkers(host, new Conf(directory), Placement.AS_CONFIGURED, watch);
        WorkerConnector worker = workers.connect(config.kernel().workers().getFirst(), config);
        vertx.runOnContext(_ -> stuck.join());
        Await.until(() -> !watch.stuckLoops().isEmpty());

        worker.close();

        assertThat(watch.stuckLoops()).isEmpty();
    }
}
