package io.policyengine.core.work;

/** Work for a thread off the event loops. */
@FunctionalInterface
public interface Task<T> {
    /**
     * Does it; what it throws fails the future.
     *
     * @param stop says whether to go on: to be asked now and then by what takes long
     * @return never null
     */
    T runBlocking(StopSignal stop) throws Exception;
}
