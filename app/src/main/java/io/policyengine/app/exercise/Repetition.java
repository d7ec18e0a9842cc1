package io.policyengine.app.exercise;

import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Repeats an action until it ran {@link #TIMES} times or its time has passed. The first run loads classes, which takes
 * the most time; the later runs let the JVM compile the code.
 */
final class Repetition {
    private static final int TIMES = 20;
    private static final Duration ENOUGH = Duration.ofMillis(500);

    private final int least;
    private final long enough;

    /** Creates a repetition of at least two runs within half a second. */
    Repetition() {
        this(2, ENOUGH);
    }

    /**
     * Creates a repetition, whose time begins now.
     *
     * @param least minimum number of runs, even if the time has passed
     * @param time the time after which no further run begins
     */
    Repetition(int least, Duration time) {
        this.least = least;
        this.enough = Ticker.SYSTEM.nanoTime() + time.toNanos();
    }

    /** Runs the action repeatedly, one run at a time. Completes with the number of runs, or the first failure. */
    Future<Integer> of(Supplier<Future<?>> once) {
        return repeat(once, 1);
    }

    private Future<Integer> repeat(Supplier<Future<?>> once, int times) {
        return once.get().compose(_ -> {
            boolean isEnough = times >= TIMES || (times >= least && Ticker.SYSTEM.nanoTime() - enough >= 0);
            return isEnough ? Future.succeededFuture(times) : repeat(once, times + 1);
        });
    }
}
