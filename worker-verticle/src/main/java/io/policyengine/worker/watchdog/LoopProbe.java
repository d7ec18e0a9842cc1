package io.policyengine.worker.watchdog;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The watchdog's state of one loop. Confined to the watchdog's thread, except for fields that the loop writes. */
final class LoopProbe {
    private final EventExecutor loop;
    private final int number;
    private final Ticker ticker;
    private final LongConsumer lags;

    /** True once the loop has run the last task that was sent to it. Set by the loop. */
    private volatile boolean answered = true;

    /** The loop's thread, or null until its first answer. */
    private volatile @Nullable Thread thread;

    private Duration waited = Duration.ZERO;
    private @Nullable StuckLoop stuck;

    /** Creates a probe; {@code lags} receives the delay of each answer in nanoseconds, on the loop. */
    LoopProbe(EventExecutor loop, int number, Ticker ticker, LongConsumer lags) {
        this.loop = loop;
        this.number = number;
        this.ticker = ticker;
        this.lags = lags;
    }

    EventExecutor loop() {
        return loop;
    }

    /** Returns the number by which messages name the loop while its thread is unknown. */
    int number() {
        return number;
    }

    /** Sends the loop a new task if the last one has run, or else adds the time to the loop's waiting time. */
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

    /** Returns the time for which the loop has not answered. */
    Duration waited() {
        return waited;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    /** Returns the finding if the loop is stuck, else null. */
    @Nullable
    StuckLoop stuck() {
        return stuck;
    }

    void setStuck(@Nullable StuckLoop stuck) {
        this.stuck = stuck;
    }
}
