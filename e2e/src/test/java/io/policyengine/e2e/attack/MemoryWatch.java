package io.policyengine.e2e.attack;

import io.policyengine.e2e.harness.OsProcess;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at the resident memory of a process all the time. */
final class MemoryWatch implements AutoCloseable {
    private static final int EVERY_MS = 20;

    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong peak = new AtomicLong();

    MemoryWatch(OsProcess process) {
        var _ = watcher.scheduleAtFixedRate(
                () -> {
                    if (process.isAlive()) {
                        peak.accumulateAndGet(process.residentMemory(), Math::max);
                    }
                },
                0,
                EVERY_MS,
                TimeUnit.MILLISECONDS);
    }

    /** The most bytes since this was asked last. */
    long take() {
        return peak.getAndSet(0);
    }

    @Override
    public void close() {
        watcher.shutdownNow();
    }
}
