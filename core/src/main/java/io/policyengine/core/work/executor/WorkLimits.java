package io.policyengine.core.work.executor;

import java.time.Duration;

/**
 * The bounds of work off the event loops.
 *
 * @param threads that work, whatever the lane
 * @param passwordThreads most of them that hash passwords at once
 * @param maxWait most time that a piece of work waits for a thread and for memory; then it is refused
 * @param maxQueued most pieces of work of one lane that wait; more are refused
 */
public record WorkLimits(int threads, int passwordThreads, Duration maxWait, int maxQueued) {
    /** At least one thread. */
    public WorkLimits {
        if (threads < 1 || passwordThreads < 1 || passwordThreads > threads) {
            throw new IllegalArgumentException(passwordThreads + " of " + threads + " threads");
        }
    }

    /** As many threads as processors, half of them for passwords, 1,000 pieces that wait a second. */
    public static WorkLimits ofProcessors(int processors) {
        return new WorkLimits(processors, Math.max(1, processors / 2), Duration.ofSeconds(1), 1_000);
    }
}
