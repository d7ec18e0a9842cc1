package io.policyengine.kernel.remote;

import io.policyengine.core.time.DeadlineWheel;
import java.time.Duration;

/**
 * The part of a call's time that is left for the answer: the worker's time ends earlier than the kernel's. Otherwise
 * the kernel would have given up before a worker reports that the call's work still waited for a thread, and a flood
 * would count as a time-out.
 */
final class AnswerMargin {
    private static final int PART = 10;

    /** The worker's deadline expires up to two ticks late. */
    private static final long MIN_NANOS = DeadlineWheel.TICK.multipliedBy(3).toNanos();

    /** Maximum nanoseconds of a call's time that are left for the worker's answer. */
    private static final long MAX_NANOS = Duration.ofMillis(100).toNanos();

    private AnswerMargin() {}

    /** Returns the margin for a call with this much time left: a tenth within bounds, but at most a half. */
    static long nanosOf(long left) {
        return Math.max(0, Math.min(left / 2, Math.clamp(left / PART, MIN_NANOS, MAX_NANOS)));
    }
}
