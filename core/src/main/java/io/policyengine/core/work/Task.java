package io.policyengine.core.work;

/** Work for a thread off the event loops. */
@FunctionalInterface
public interface Task<T> {
    /**
     * Runs the work; an exception fails the future.
     *
     * @param stop to be checked now and then by long work
     * @return never null
     */
    T runBlocking(StopSignal stop) throws Exception;
}
