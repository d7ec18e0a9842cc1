package io.policyengine.core.work;

/**
 * The resources that a task off the event loops needs.
 *
 * @param heapBytes maximum heap that the task occupies while it runs, including its result but not its input. The task
 *     waits until this much is free
 */
public record Work(Lane lane, long heapBytes) {
    /** Maximum bytes of a body for which work in linear time belongs to the lane {@link Lane#SHORT}. */
    private static final long SHORT_BODY = 256 << 10;

    public Work {
        if (heapBytes < 0) {
            throw new IllegalArgumentException("the memory that work needs must not be negative: " + heapBytes);
        }
    }

    /**
     * Returns the resources of a task that takes time linear in a body of {@code length} bytes. Its lane is
     * {@link Lane#SHORT} if the body is short.
     */
    public static Work onBody(long length, long heapBytes) {
        return new Work(length <= SHORT_BODY ? Lane.SHORT : Lane.LONG, heapBytes);
    }
}
