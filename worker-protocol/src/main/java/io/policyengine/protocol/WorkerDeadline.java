package io.policyengine.protocol;

/**
 * The deadline of a call or chunk, as a kernel sends it to a worker.
 *
 * @param millisLeft the remaining time in milliseconds, see {@link Deadlines#millisLeft}
 * @param instant the deadline on the clock that kernel and worker share; 0 if they share no clock
 */
public record WorkerDeadline(int millisLeft, long instant) {
    /**
     * Converts a deadline on the kernel's ticker to the form that is sent to a worker.
     *
     * @param isShared whether the worker has the same clock
     */
    public static WorkerDeadline of(long deadlineNanos, long now, boolean isShared) {
        return new WorkerDeadline(Deadlines.millisLeft(deadlineNanos - now), isShared ? deadlineNanos : 0);
    }
}
