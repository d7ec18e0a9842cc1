package io.policyengine.core.work;

/**
 * The resources of a task off the event loop.
 *
 * @param heapBytes upper bound of heap in addition to its input, while it runs and for its result; the task waits until
 *     that much is free
 */
public record Work(Lane lane, long heapBytes) {
    /** Bytes of a body up to which linear work on it is short. */
    private static final long SHORT_BODY = 256 << 10;

    public Work {
        if (heapBytes < 0) {
            throw new IllegalArgumentException("a negative need of memory: " + heapBytes);
        }
    }

    /** Returns work that is linear in a body of {@code length} bytes, and short for a short body. */
    public static Work onBody(long length, long heapBytes) {
        return new Work(length <= SHORT_BODY ? Lane.SHORT : Lane.LONG, heapBytes);
    }
}
