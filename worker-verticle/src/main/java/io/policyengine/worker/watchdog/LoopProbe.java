package io.policyengine.worker.watchdog;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The watchdog's state of one loop, confined to its thread except for what the loop writes. */
final class LoopProbe {
    private final EventExecutor loop;
    private final int number;
    private final Ticker ticker;
    private final LongConsumer lags;

    /** Written by the loop. */
    private volatile boolean answered = true;

    /** The loop's thread, or null until its first answer. */
    private volatile @Nullable Thread thread;

    private Duration waited = Duration.ZERO;
    private @Nullable StuckLoop stuck;

    /** Creates a probe; {@code lags} receives answer delays in nanoseconds, on the loop. */
    LoopProbe(EventExecutor loop, int number, Ticker ticker, LongConsumer lags) {
        this.loop = loop;
        this.number = number;
        this.ticker = ticker;
        this.lags = lags;
    }

    EventExecutor loop() {
        return loop;
    }

    /** The number that names the loop until its thread is known. */
    int number() {
        return number;
    }

    /** Sends a new task if the loop has answered the last one, else adds to its waiting time. */
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

    /** The time for which the loop has not answered. */
    Duration waited() {
        return waited;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    /** The finding while the loop is stuck, else null. */
    @Nullable
    StuckLoop stuck() {
        return stuck;
    }

    void setStuck(@Nullable StuckLoop stuck) {
        this.stuck = stuck;
    }
}
