package io.policyengine.core.work.executor;

import java.time.Duration;

/**
 * The bounds of work off the event loops.
 *
 * @param threads in total
 * @param passwordThreads limit of threads that hash passwords at once
 * @param maxWait limit of the time that work waits for a thread and memory
 * @param maxQueued limit of waiting work per lane
 */
public record WorkLimits(int threads, int passwordThreads, Duration maxWait, int maxQueued) {
    public WorkLimits {
        if (threads < 1 || passwordThreads < 1 || passwordThreads > threads) {
            throw new IllegalArgumentException(passwordThreads + " of " + threads + " threads");
        }
    }

    /** Returns limits of one thread per processor, half of them for passwords, and 1,000 pieces that wait a second. */
    public static WorkLimits ofProcessors(int processors) {
        return new WorkLimits(processors, Math.max(1, processors / 2), Duration.ofSeconds(1), 1_000);
    }
}
