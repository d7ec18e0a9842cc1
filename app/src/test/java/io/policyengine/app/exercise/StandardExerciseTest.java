package io.policyengine.app.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.ProcessResources;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exercise that the engine is shipped with: each of its requests is answered as it should be, and nothing else is told of it. */
class StandardExerciseTest {
    /** A cold machine that is busy otherwise takes more than a kernel may. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    private final EngineRegistry metrics = new EngineRegistry();
    private final CapturedLog log = CapturedLog.of("io.policyengine");

    @TempDir
    private Path conf;

    @AfterEach
    void stop() {
        Await.result(vertx.close());
        log.close();
    }

    /** A worker that no route of the configuration needs. */
    private record OneWorker(WorkerConnector worker) implements WorkerConnectors {
        @Override
        public String place(WorkerEndpointConfig config) {
            return EMBEDDED;
        }

        @Override
        public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
            return null;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig endpoint, EngineConfig config) {
            return worker;
        }
    }

    private final StandardExercise exercise = new StandardExercise(vertx, 2, PATIENCE);

    private KernelVerticle start(String server) throws IOException {
        Files.writeString(
                conf.resolve("kernel.yaml"),
                "policy_kernel: { server: " + server + ", observability: { metrics_port: 0 } }");
        Files.createDirectory(conf.resolve("routes"));
        Files.writeString(conf.resolve("routes/routes.yaml"), "route_policies: []");
        ConfTexts texts = ConfTexts.readBlocking(conf);
        KernelVerticle kernel = new KernelVerticle(
                new KernelStart(texts, ConfDirectory.parse(texts, _ -> null)),
                new KernelHost(
                        _ -> null,
                        new OneWorker(new ScriptedWorker(vertx, "default-worker")),
                        _ -> {},
                        new ProcessResources(metrics, Executor.ofProcess(metrics), 2, InstantSource.system()),
                        List::of,
                        KernelAdmin.with(ComponentLevels.NONE),
                        exercise));
        Await.result(vertx.deployVerticle(kernel));
        Await.result(kernel.firstReady());
        return kernel;
    }

    private void requireToldOnce() {
        assertThat(log.messages())
                .filteredOn(line -> line.startsWith("WARN") || line.startsWith("ERROR"))
                .isEmpty();
        assertThat(log.messages())
                .filteredOn(line -> line.contains("exercise"))
                .singleElement()
                .asString()
                .matches("INFO the kernel has warmed up with \\d+ requests to itself \\(exercise\\)");
        assertThat(metrics.scrape().lines())
                .filteredOn(line -> line.startsWith("policy_kernel_exchanges_total"))
                .isNotEmpty()
                .allMatch(line -> line.endsWith(" 0.0"));
        assertThat(metrics.scrape()).doesNotContain("exercise").doesNotContain("policy_worker_");
    }

    @Test
    void passesThroughAPort() throws IOException {
        KernelVerticle kernel = start("{ address: 0.0.0.0, port: 0 }");

        requireToldOnce();
        assertThat(kernel.activeExchanges()).isZero();
        assertThat(kernel.bufferedBytes()).isZero();
    }

    /** Code that is compiled before it refuses anything is thrown away at the first refusal. */
    @Test
    void refusesAsOverload() throws IOException {
        start("{ address: 127.0.0.1, port: 0 }");

        assertThat(exercise.refused()).isPositive();
        requireToldOnce();
    }

    @Test
    void passesThroughASocket() throws IOException {
        start("{ socket_path: " + conf.resolve("run/k.sock") + " }");

        requireToldOnce();
    }
}
