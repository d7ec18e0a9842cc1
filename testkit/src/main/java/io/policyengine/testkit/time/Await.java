package io.policyengine.testkit.time;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits on a test's own thread, as a rule two minutes at most: for a future, or until something holds. That is long, so that only what
 * never comes fails a test, and not a machine that has other things to do.
 */
public final class Await {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration INTERVAL = Duration.ofMillis(2);

    private Await() {}

    /** An assertion, which may hold later. */
    @FunctionalInterface
    public interface Assertion {
        /** Throws an {@link AssertionError} if it does not hold yet. */
        void check() throws Exception;
    }

    /** The future's result; throws what it fails with. */
    public static <T> T result(Future<T> future) {
        return result(future, PATIENCE);
    }

    /** The future's result, where that may take longer. */
    public static <T> T result(Future<T> future, Duration patience) {
        try {
            return future.await(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing within " + patience.toSeconds() + " s", late);
        }
    }

    /** Returns when it is so. */
    public static void until(Callable<Boolean> condition) {
        until("what the test waits for", condition);
    }

    /**
     * Returns when it is so.
     *
     * @param what for the message of a failure
     */
    public static void until(String what, Callable<Boolean> condition) {
        untilAsserted(() -> {
            if (!condition.call()) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
        });
    }

    /** Returns when the assertion holds; throws what it says last if it never does. */
    public static void untilAsserted(Assertion assertion) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                assertion.check();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() - end > 0) {
                    throw notYet;
                }
                LockSupport.parkNanos(INTERVAL.toNanos());
            } catch (Exception broken) {
                throw new AssertionError(broken);
            }
        }
    }
}
