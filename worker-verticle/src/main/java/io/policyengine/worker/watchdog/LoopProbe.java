package io.policyengine.worker.watchdog;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The watchdog's record of one event loop. Confined to the watchdog's thread, except for fields that the event loop
 * writes.
 */
final class LoopProbe {
    private final EventExecutor loop;
    private final int number;
    private final Ticker ticker;
    private final LongConsumer lags;

    /** True once the event loop has run the last task that was sent to it. Set by the event loop. */
    private volatile boolean answered = true;

    /** The event loop's thread; null until its first answer. */
    private volatile @Nullable Thread thread;

    private Duration waited = Duration.ZERO;
    private @Nullable StuckLoop stuck;

    /**
     * Creates the probe of an event loop; {@code lags} receives the delay of each answer in nanoseconds, on this event
     * loop.
     */
    LoopProbe(EventExecutor loop, int number, Ticker ticker, LongConsumer lags) {
        this.loop = loop;
        this.number = number;
        this.ticker = ticker;
        this.lags = lags;
    }

    EventExecutor loop() {
        return loop;
    }

    /** Returns the number that names the event loop in messages while its thread is unknown. */
    int number() {
        return number;
    }

    /**
     * Sends the event loop a new task if it has run the last one; otherwise adds the passed time to its waiting time.
     */
    void look(Duration passed) {
        if (!answered) {
            waited = waited.plus(passed);
            return;
        }
        waited = Duration.ZERO;
        answered = false;
        long asked = ticker.nanoTime();
        try {
            loop.execute(() -> {
                lags.accept(ticker.nanoTime() - asked);
                thread = Thread.currentThread();
                answered = true;
            });
        } catch (RejectedExecutionException shutDown) {
            answered = true;
        }
    }

    /** Returns the time for which the event loop has not answered. */
    Duration waited() {
        return waited;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    /** Returns the finding if the event loop is stuck, otherwise null. */
    @Nullable
    StuckLoop stuck() {
        return stuck;
    }

    void setStuck(@Nullable StuckLoop stuck) {
        this.stuck = stuck;
    }
}
