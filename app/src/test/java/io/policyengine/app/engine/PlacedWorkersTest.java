package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's process has of workers that are embedded in it. */
class PlacedWorkersTest {
    private final Vertx vertx = Vertx.vertx();
    private CompletableFuture<Void> stuck = new CompletableFuture<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() throws Exception {
        stuck.complete(null);
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void aWorkerThatIsNeededNoMoreDoesNotSayThatALoopIsStuck() throws IOException {
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { workers: [ { name: w } ] }\n");
        Files.writeString(
                directory.resolve("worker.yaml"), "worker_core: { name: w, server: { stuck_loop_timeout_ms: 100 } }\n");
        EngineConfig config = ConfDirectory.read(directory, _ -> null);
        Host host = new Host(vertx, new EngineRegistry(), 1, Executor.ofProcess(new SimpleMeterRegistry()));
        KernelWatch watch = new KernelWatch(host);
        PlacedWorkers workers = new PlacedWorkers(
                host,
                new Conf(directory),
                Placement.AS_CONFIGURED,
                new SocketDirectory(directory),
                watch,
                new LongAdder());
        WorkerConnector worker = workers.connect(config.kernel().workers().getFirst(), config);
        stick(vertx.getOrCreateContext());
        Await.until(() -> !watch.stuckLoops().isEmpty());

        worker.close();

        assertThat(watch.stuckLoops()).isEmpty();
    }

    @Test
    void aKernelAloneReachesAWorkerWithoutASocketAtTheDefaultOne() throws IOException {
        Files.writeString(
                directory.resolve("kernel.yaml"),
                "policy_kernel: { workers: [ { name: w }, { name: x, socket_path: x.sock }, { name: y, socket_path: /y } ] }\n");
        Host host = new Host(vertx, new EngineRegistry(), 1, Executor.ofProcess(new SimpleMeterRegistry()));
        PlacedWorkers workers = new PlacedWorkers(
                host,
                new Conf(directory),
                Placement.CONNECTED,
                new SocketDirectory(Path.of("/run/policy-engine")),
                new KernelWatch(host),
                new LongAdder());

        assertThat(ConfDirectory.read(directory, _ -> null).kernel().workers())
                .extracting(workers::place)
                .containsExactly("/run/policy-engine/workers/default.sock", "/run/policy-engine/x.sock", "/y");
    }

    @Test
    void aLoopThatIsStuckIsToldWhereNoPolicyRunsAndOnceWhereSeveralWatch() throws Exception {
        Host host = new Host(vertx, new EngineRegistry(), 1, Executor.ofProcess(new SimpleMeterRegistry()));
        Vertx other = Vertx.vertx();
        Context here = vertx.getOrCreateContext();
        Context there = other.getOrCreateContext();
        KernelWatch watch = new KernelWatch(host);
        watch.watch(other, Duration.ofMillis(100));
        watch.watch(other, Duration.ofMillis(100));

        // The second time all watchdogs know the threads of both loops, which have one name.
        for (int time = 0; time < 2; time++) {
            try (CapturedLog log = CapturedLog.of("io.policyengine.worker.watchdog")) {
                stick(here, there);
                Await.until(() -> watch.stuckLoops().size() == 2);
                Await.until(() -> host.metrics().scrape().contains("policy_kernel_stuck_loops 2.0"));
                Await.until(() -> log.messages().stream()
                                .filter(message -> message.contains("an event loop is stuck"))
                                .count()
                        >= 2);
                stuck.complete(null);
                Await.until(() -> watch.stuckLoops().isEmpty());
            }
        }
        Await.result(other.close());
    }

    private void stick(Context... loops) {
        CompletableFuture<Void> held = new CompletableFuture<>();
        stuck = held;
        for (Context loop : loops) {
            loop.runOnContext(_ -> held.join());
        }
    }
}
