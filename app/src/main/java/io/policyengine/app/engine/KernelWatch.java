package io.policyengine.app.engine;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.RunningPolicy;
import io.policyengine.worker.watchdog.LoopWatchdog;
import io.policyengine.worker.watchdog.StuckLoop;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches all event loops of a kernel process, which is not live while a loop is stuck. Each embedded worker has its
 * own watchdog with its own time limit.
 */
final class KernelWatch {
    private final Host host;
    private final Set<LoopWatchdog> watchdogs = ConcurrentHashMap.newKeySet();
    private final Set<LocalWorker> embedded = ConcurrentHashMap.newKeySet();
    /** The last finding that was logged for each loop, from any watchdog. */
    private final Map<EventExecutor, StuckLoop> told = new ConcurrentHashMap<>();

    KernelWatch(Host host) {
        this.host = host;
        KernelMetric.STUCK_LOOPS.gauge(host.metrics(), () -> stuck().size());
    }

    /** Watches the serving loops and the loops of another Vert.x instance. */
    void watch(Vertx other, Duration timeout) {
        begin(Watchdogs.start(
                List.of(host.vertx(), other), this::runningOn, timeout, this::tell, Watchdogs.lags(host.metrics())));
    }

    /** Watches the serving loops with a worker's time limit. The returned action ends the watch. */
    Runnable watch(LocalWorker worker, Duration timeout) {
        embedded.add(worker);
        // The watchdog of the process measures the lag of the same loops.
        LoopWatchdog started =
                begin(Watchdogs.start(List.of(host.vertx()), worker::runningOn, timeout, this::tell, _ -> {}));
        return () -> {
            embedded.remove(worker);
            if (started != null) {
                watchdogs.remove(started);
                started.close();
            }
        };
    }

    private @Nullable LoopWatchdog begin(@Nullable LoopWatchdog started) {
        if (started != null) {
            watchdogs.add(started);
        }
        return started;
    }

    private void tell(StuckLoop found) {
        StuckLoop known =
                told.compute(found.executor(), (_, before) -> before == null || !isStuck(before) ? found : before);
        if (known.equals(found)) {
            Watchdogs.log(found, "an event loop is stuck: its exchanges get no answer");
        }
    }

    /** Returns false once the loop has advanced, even if it is stuck again in another task. */
    private boolean isStuck(StuckLoop found) {
        return watchdogs.stream().anyMatch(watchdog -> watchdog.stuck().contains(found));
    }

    private @Nullable RunningPolicy runningOn(Thread thread, StackTraceElement[] stack) {
        return embedded.stream()
                .map(worker -> worker.runningOn(thread, stack))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Returns a description, for users, of each loop that is stuck now. Thread-safe. */
    List<String> stuckLoops() {
        return stuck().stream().map(StuckLoop::describe).toList();
    }

    /** Returns each stuck loop once, even if several watchdogs report it. */
    private Collection<StuckLoop> stuck() {
        return watchdogs.stream()
                .flatMap(watchdog -> watchdog.stuck().stream())
                .collect(Collectors.toMap(
                        StuckLoop::executor, loop -> loop, (one, other) -> one.policy() == null ? other : one))
                .values();
    }
}
