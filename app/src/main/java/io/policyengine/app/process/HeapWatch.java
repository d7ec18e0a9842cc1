package io.policyengine.app.process;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.time.Ticker;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects a full heap that causes no {@link OutOfMemoryError}: the JVM collects garbage nearly all the time and frees
 * barely enough to continue. Such a process answers no requests and never ends, so the watch ends it.
 */
public final class HeapWatch {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.process.heap");

    /** The time over which the share of garbage collection is measured. */
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** The share of the maximum heap above which the heap is full, measured after the last garbage collections. */
    private static final double FULL = 0.9;
    /** The share of time spent in garbage collections above which the process makes too little progress. */
    private static final double ALL_THE_TIME = 0.6;

    private final Duration window;
    private final Deque<Look> looks = new ArrayDeque<>();

    /** A sample; {@code collecting} is the total time of all collections so far, in milliseconds. */
    private record Look(long nanos, long collecting) {}

    /** Creates a watch. The heap must be full for the whole window before the process is ended. */
    public HeapWatch(Duration window) {
        this.window = window;
    }

    /** Starts a watch that ends the process when its heap is full. */
    public static void start() {
        new HeapWatch(WINDOW).start(INTERVAL, Termination::abort);
    }

    /** Starts the watch on a separate thread, which calls {@code end} once, when the heap is full. */
    public void start(Duration interval, Runnable end) {
        List<MemoryPoolMXBean> generations = generations();
        if (!generations.isEmpty()) {
            Thread.ofPlatform().daemon().name("heap-watch").start(() -> watchBlocking(generations, interval, end));
        }
    }

    private void watchBlocking(List<MemoryPoolMXBean> generations, Duration interval, Runnable end) {
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(HeapWatch::stopsTheOthers)
                .toList();
        boolean isFull = false;
        while (!isFull) {
            LockSupport.parkNanos(interval.toNanos());
            isFull = isFull(generations, collectors);
        }
        try {
            LOG.atError()
                    .addKeyValue(LogFields.SEVERITY, "critical")
                    .log(
                            "the process ends: its heap is full, and the JVM spends most of its time collecting garbage; raise the heap (POLICY_ENGINE_HEAP)");
        } finally {
            // Logging may itself run out of memory.
            end.run();
        }
    }

    private boolean isFull(List<MemoryPoolMXBean> generations, List<GarbageCollectorMXBean> collectors) {
        try {
            return look(
                    Ticker.SYSTEM.nanoTime(),
                    collectors.stream()
                            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                            .sum(),
                    generations.stream().mapToLong(HeapWatch::kept).sum(),
                    Runtime.getRuntime().maxMemory());
        } catch (OutOfMemoryError noRoomToJudge) {
            return true;
        }
    }

    private static long kept(MemoryPoolMXBean generation) {
        MemoryUsage kept = generation.getCollectionUsage();
        return kept == null ? 0 : kept.getUsed();
    }

    /** Returns whether the collector pauses the application. The time of concurrent collections is not measured. */
    private static boolean stopsTheOthers(GarbageCollectorMXBean collector) {
        return !collector.getName().contains("Cycles") && !collector.getName().contains("Concurrent");
    }

    /** Returns the pools of all generations, since objects that do not fit the old generation stay in the young one. */
    private static List<MemoryPoolMXBean> generations() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .toList();
    }

    /**
     * Evaluates one more sample.
     *
     * @param collecting total time of all collections so far, in milliseconds
     * @param kept bytes of the heap in use after the last collections
     * @param max the maximum size of the heap, in bytes
     * @return true if the heap has been full for the whole window, and collections took most of that time
     */
    public boolean look(long nanos, long collecting, long kept, long max) {
        if (kept <= FULL * max) {
            looks.clear();
            return false;
        }
        looks.add(new Look(nanos, collecting));
        Look first = looks.getFirst();
        long passed = nanos - first.nanos();
        if (passed < window.toNanos()) {
            return false;
        }
        looks.removeFirst();
        return (collecting - first.collecting()) * 1_000_000 > ALL_THE_TIME * passed;
    }
}
