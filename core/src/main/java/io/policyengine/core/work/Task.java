package io.policyengine.core.work;

/** Work for a thread off the event loops. */
@FunctionalInterface
public interface Task<T> {
    /**
     * Runs the work. An exception fails the future.
     *
     * @param stop long work must check this signal from time to time
     * @return never null
     */
    T runBlocking(StopSignal stop) throws Exception;
}
