package io.policyengine.worker.environment;

import io.policyengine.core.policy.ResizableState;

/** A cache that uses all of its memory at once, part of which it may be unable to give back. */
final class FakeCache implements ResizableState {
    private volatile long maxBytes;
    private volatile long pinned;

    /** Sets the bytes of values that must not be evicted. */
    void pin(long bytes) {
        pinned = bytes;
    }

    long maxBytes() {
        return maxBytes;
    }

    @Override
    public long resize(long newMaxBytes) {
        maxBytes = Math.max(newMaxBytes, pinned);
        return maxBytes;
    }
}
