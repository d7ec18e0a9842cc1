package io.policyengine.core.work;

/**
 * The resources of a task off the event loop.
 *
 * @param heapBytes maximum heap that the task occupies while it runs, including its result but not its input. The task
 *     waits until this much is free
 */
public record Work(Lane lane, long heapBytes) {
    /** Maximum bytes of a body for which work linear in the body counts as short. */
    private static final long SHORT_BODY = 256 << 10;

    public Work {
        if (heapBytes < 0) {
            throw new IllegalArgumentException("a negative need of memory: " + heapBytes);
        }
    }

    /**
     * Returns work that takes time linear in a body of {@code length} bytes. It is in the lane {@link Lane#SHORT} if
     * the body is short.
     */
    public static Work onBody(long length, long heapBytes) {
        return new Work(length <= SHORT_BODY ? Lane.SHORT : Lane.LONG, heapBytes);
    }
}
