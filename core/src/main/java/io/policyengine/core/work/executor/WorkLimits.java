package io.policyengine.core.work.executor;

import java.time.Duration;

/**
 * The bounds of work off the event loops.
 *
 * @param threads the number of threads
 * @param passwordThreads maximum number of threads that hash passwords at once
 * @param maxWait maximum time that work waits for a thread and memory
 * @param maxQueued maximum number of waiting pieces of work per lane
 */
public record WorkLimits(int threads, int passwordThreads, Duration maxWait, int maxQueued) {
    /** Usual maximum time that work waits for a thread and memory. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    /** Usual maximum number of waiting pieces of work per lane. */
    private static final int MAX_QUEUED = 1_000;

    public WorkLimits {
        if (threads < 1 || passwordThreads < 1 || passwordThreads > threads) {
            throw new IllegalArgumentException(passwordThreads + " of " + threads + " threads");
        }
    }

    /**
     * Returns the limits for a number of processors. There is one thread per processor, and at most half of them, but
     * at least one, hash passwords. In each lane, {@value #MAX_QUEUED} pieces may wait for at most a second.
     */
    public static WorkLimits ofProcessors(int processors) {
        return new WorkLimits(processors, Math.max(1, processors / 2), MAX_WAIT, MAX_QUEUED);
    }
}
