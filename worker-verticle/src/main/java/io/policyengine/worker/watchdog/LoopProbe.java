package io.policyengine.worker.watchdog;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The watchdog's knowledge of one event loop. Belongs to the watchdog's thread, except for what the loop itself answers. */
final class LoopProbe {
    private final EventExecutor loop;
    private final int number;
    private final Ticker ticker;
    private final LongConsumer lags;

    /** Set by the loop. */
    private volatile boolean answered = true;

    /** The loop's thread; null until it has answered for the first time. */
    private volatile @Nullable Thread thread;

    private Duration waited = Duration.ZERO;
    private @Nullable StuckLoop stuck;

    /**
     * Creates a probe that has sent nothing yet.
     *
     * @param lags receives the delay of each answer in nanoseconds, on the loop
     */
    LoopProbe(EventExecutor loop, int number, Ticker ticker, LongConsumer lags) {
        this.loop = loop;
        this.number = number;
        this.ticker = ticker;
        this.lags = lags;
    }

    /** The loop that it asks. */
    EventExecutor loop() {
        return loop;
    }

    /** Names it as long as its thread is not known. */
    int number() {
        return number;
    }

    /** Asks again if it has answered, else waits on. */
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

    /** The policy that it was found to be stuck in, if it is. */
    @Nullable
    StuckLoop stuck() {
        return stuck;
    }

    void setStuck(@Nullable StuckLoop stuck) {
        this.stuck = stuck;
    }
}
