package io.policyengine.core.worker;

import io.policyengine.core.time.DeadlineWheel;
import java.time.Duration;

/**
 * The part of a call's time that is reserved for a remote worker's answer. The worker's deadline is earlier than the
 * kernel's by this margin. Otherwise the kernel would time out before the worker reports which entry took too long.
 */
public final class AnswerMargin {
    private static final int PART = 10;

    /** Minimum margin, in nanoseconds. A worker may notice its deadline two ticks late, so the margin is longer. */
    private static final long MIN_NANOS = DeadlineWheel.TICK.multipliedBy(5).toNanos();

    /** Maximum margin for a worker's answer, in nanoseconds. */
    private static final long MAX_NANOS = Duration.ofMillis(100).toNanos();

    /**
     * Minimum time of a call, in nanoseconds, that allows the minimum margin for the answer. In a shorter call, the
     * kernel cannot distinguish a busy worker from a dead one.
     */
    public static final long MIN_CALL_NANOS = 2 * MIN_NANOS;

    private AnswerMargin() {}

    /**
     * Returns the margin for a call with this much time left: a tenth of the time, but neither below {@link #MIN_NANOS}
     * nor above {@link #MAX_NANOS}, and at most half of the time.
     */
    public static long nanosOf(long left) {
        return Math.max(0, Math.min(left / 2, Math.clamp(left / PART, MIN_NANOS, MAX_NANOS)));
    }
}
