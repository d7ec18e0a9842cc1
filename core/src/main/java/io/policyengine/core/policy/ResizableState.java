package io.policyengine.core.policy;

/** State whose memory may change while it is in use, such as a cache. Thread-safe. */
public interface ResizableState {
    /**
     * Changes the maximum memory and evicts the excess at once. The state accepts no further value beyond it.
     *
     * @param maxBytes from 0 to the size that was asked for
     * @return the bytes that the state may use from now on: the maximum, or more if it holds values that must not be
     *     evicted
     */
    long resize(long maxBytes);
}
