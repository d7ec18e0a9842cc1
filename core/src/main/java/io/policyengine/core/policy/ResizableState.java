package io.policyengine.core.policy;

/** State whose memory may change while it is in use, such as a cache. Thread-safe. */
public interface ResizableState {
    /**
     * Changes the maximum memory and evicts the excess at once. Beyond the maximum, the state accepts no further value.
     *
     * @param maxBytes from 0 to the requested size
     * @return the bytes that the state may use from now on: the maximum, or more if it holds values that must not be
     *     evicted
     */
    long resize(long maxBytes);
}
