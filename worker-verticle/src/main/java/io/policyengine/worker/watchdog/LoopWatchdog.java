package io.policyengine.worker.watchdog;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.EventLoops;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.RunningPolicy;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes event loops from its own thread. An event loop that does not answer in time is regarded as stuck: code on it,
 * most likely a policy, computes endlessly or blocks. Time during which the whole process was suspended is not counted.
 */
public final class LoopWatchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopWatchdog.class);

    /** The number of probes during the timeout. */
    private static final int LOOKS = 10;

    private final Culprits culprits;
    private final Duration timeout;
    private final Duration interval;
    private final Ticker ticker;
    private final Consumer<StuckLoop> onStuck;
    private final List<LoopProbe> probes;
    private volatile List<StuckLoop> stuck = List.of();
    private volatile boolean closed;

    /** Finds the policy that a thread runs. */
    public interface Culprits {
        /** Returns the policy that is running on the thread according to the stack, or null. */
        @Nullable
        RunningPolicy runningOn(Thread thread, StackTraceElement[] stack);
    }

    /**
     * Creates a watchdog for all event loops on which a worker's policies run.
     *
     * @param timeout positive
     * @param onStuck called on the watchdog's thread, once each time that a loop becomes stuck
     */
    public LoopWatchdog(Vertx vertx, LocalWorker worker, Duration timeout, Ticker ticker, Consumer<StuckLoop> onStuck) {
        this(List.of(vertx), worker::runningOn, timeout, ticker, onStuck, _ -> {});
    }

    /**
     * Creates a watchdog for all event loops of several Vert.x instances.
     *
     * @param lags receives the delay of each answer in nanoseconds, on the loop that answered
     */
    public LoopWatchdog(
            List<Vertx> instances,
            Culprits culprits,
            Duration timeout,
            Ticker ticker,
            Consumer<StuckLoop> onStuck,
            LongConsumer lags) {
        this.culprits = culprits;
        this.timeout = timeout;
        this.interval = Duration.ofMillis(Math.max(1, timeout.toMillis() / LOOKS));
        this.ticker = ticker;
        this.onStuck = onStuck;
        this.probes = new ArrayList<>();
        instances.stream()
                .flatMap(LoopWatchdog::loopsOf)
                .forEach(loop -> probes.add(new LoopProbe(loop, probes.size(), ticker, lags)));
    }

    private static Stream<EventExecutor> loopsOf(Vertx vertx) {
        return StreamSupport.stream(EventLoops.of(vertx).spliterator(), false);
    }

    public LoopWatchdog start() {
        Thread.ofPlatform().daemon().name("event-loop-watchdog").start(this::watchBlocking);
        return this;
    }

    /** Returns the event loops that are stuck now. Thread-safe. */
    public List<StuckLoop> stuck() {
        return stuck;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void watchBlocking() {
        long before = ticker.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(interval.toNanos());
            long now = ticker.nanoTime();
            look(Duration.ofNanos(now - before));
            before = now;
        }
    }

    /**
     * Probes all event loops once.
     *
     * @param passed time since the last probe; if much longer than the interval, the process was suspended
     */
    void look(Duration passed) {
        Duration counted = passed.compareTo(interval.multipliedBy(2)) > 0 ? interval : passed;
        List<StuckLoop> still = new ArrayList<>();
        List<StuckLoop> newly = new ArrayList<>();
        for (LoopProbe probe : probes) {
            StuckLoop before = probe.stuck();
            probe.look(counted);
            StuckLoop now = probe.waited().compareTo(timeout) < 0 ? null : before == null ? describe(probe) : before;
            probe.setStuck(now);
            if (now != null) {
                still.add(now);
            }
            if (now != null && before == null) {
                newly.add(now);
            }
            if (now == null && before != null) {
                LOG.info("event loop {} is running again", before.loop());
            }
        }
        stuck = List.copyOf(still);
        newly.forEach(onStuck);
    }

    private StuckLoop describe(LoopProbe probe) {
        Thread thread = probe.thread();
        String name = thread == null ? probe.number() + " (never answered)" : thread.getName();
        StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        return new StuckLoop(
                probe.loop(),
                name,
                timeout,
                thread == null ? null : culprits.runningOn(thread, stack),
                new StackOfThread(name, stack));
    }
}
