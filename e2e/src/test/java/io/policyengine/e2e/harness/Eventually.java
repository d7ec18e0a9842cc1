package io.policyengine.e2e.harness;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at other processes again and again, since they do not call back. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private Eventually() {}

    /** Waits until it is so; fails after 30 s. */
    public static void isTrue(String what, BooleanSupplier condition) {
        get(what, () -> condition.getAsBoolean() ? true : null);
    }

    /** Waits until there is something; fails after 30 s. */
    public static <T> T get(String what, Supplier<@Nullable T> look) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            T found = look.get();
            if (found != null) {
                return found;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("in vain waited " + PATIENCE.toSeconds() + " s for: " + what);
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }
}
