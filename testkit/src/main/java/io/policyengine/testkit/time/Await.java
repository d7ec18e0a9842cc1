package io.policyengine.testkit.time;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Blocks a test's thread until a future completes or a condition is true. The default time limit is two minutes, so
 * that tests do not fail on a busy machine.
 */
public final class Await {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration INTERVAL = Duration.ofMillis(2);

    private Await() {}

    /** An assertion that a test waits for. */
    @FunctionalInterface
    public interface Assertion {
        /** Checks the assertion; throws an {@link AssertionError} if it is not true yet. */
        void check() throws Exception;
    }

    /** Returns the future's result, or throws its failure. */
    public static <T> T result(Future<T> future) {
        return result(future, PATIENCE);
    }

    /**
     * Returns the future's result, or throws its failure. Throws AssertionError if the future does not complete within
     * this time.
     */
    public static <T> T result(Future<T> future, Duration patience) {
        try {
            return future.await(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("the future did not complete within " + patience.toSeconds() + " s", late);
        }
    }

    /** Waits until the condition holds. */
    public static void until(Callable<Boolean> condition) {
        until("what the test waits for", condition);
    }

    /**
     * Waits until the condition holds.
     *
     * @param what the condition in words, for the message of a failure
     */
    public static void until(String what, Callable<Boolean> condition) {
        untilAsserted(() -> {
            if (!condition.call()) {
                throw new AssertionError("the condition did not hold within " + PATIENCE.toSeconds() + " s: " + what);
            }
        });
    }

    /** Waits until the assertion is true; throws its last failure if it does not become true in time. */
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
