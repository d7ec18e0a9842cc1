package io.policyengine.core.work;

/** A task for a thread off the event loops. */
@FunctionalInterface
public interface Task<T> {
    /**
     * Runs the task. If it throws an exception, the future of its result fails.
     *
     * @param stop long work must check this signal from time to time
     * @return never null
     */
    T runBlocking(StopSignal stop) throws Exception;
}
