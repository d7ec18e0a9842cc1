package io.policyengine.app.engine;

import io.policyengine.core.metrics.Metric;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.watchdog.LoopWatchdog;
import io.policyengine.worker.watchdog.StuckLoop;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Watches the event loops of a kernel's process for its embedded workers: while one is stuck, the process is not live. */
final class EmbeddedWatch {
    private final Host host;
    private final Set<LoopWatchdog> watchdogs = ConcurrentHashMap.newKeySet();

    EmbeddedWatch(Host host) {
        this.host = host;
        Metric.KERNEL_STUCK_LOOPS.gauge(host.metrics(), () -> stuck().count());
    }

    /**
     * Watches for a worker.
     *
     * @return ends that
     */
    Runnable watch(LocalWorker worker, Duration timeout) {
        LoopWatchdog started = Watchdogs.start(
                host,
                worker,
                timeout,
                loop -> Watchdogs.logBlocking(loop, "an event loop is stuck: its exchanges get no answer"));
        if (started == null) {
            return () -> {};
        }
        watchdogs.add(started);
        return () -> {
            watchdogs.remove(started);
            started.close();
        };
    }

    /** The loops that are stuck now, for people. May be asked from any thread. */
    List<String> stuckLoops() {
        return stuck().map(StuckLoop::describe).toList();
    }

    private Stream<StuckLoop> stuck() {
        return watchdogs.stream().flatMap(watchdog -> watchdog.stuck().stream());
    }
}
