package io.policyengine.app.exercise;

import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Repeats an action until it ran {@link #TIMES} times or {@link #ENOUGH} has passed. The first run loads classes, which
 * takes the most time; the later runs let the JVM compile the code.
 */
final class Repetition {
    private static final int TIMES = 20;
    private static final Duration ENOUGH = Duration.ofMillis(500);

    private final int least;
    private final long enough = Ticker.SYSTEM.nanoTime() + ENOUGH.toNanos();

    /** Creates a repetition of at least two runs. */
    Repetition() {
        this(2);
    }

    Repetition(int least) {
        this.least = least;
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
