package io.policyengine.kernel.remote;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget of incomplete answers of one replica, on all event loops: a process that begins many and ends none
 * would fill the heap. Complete answers take none. Calls that are answered one by one add as many bytes as they sent.
 */
final class AnswerRoom {
    /** The total budget in bytes, in addition to that of calls. */
    static final long MAX = Math.clamp(Runtime.getRuntime().maxMemory() / 8, 2 << 20, 64 << 20);

    private final AtomicLong held = new AtomicLong();
    private final AtomicLong ofCalls = new AtomicLong();

    /** True if so many bytes more have room. */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) <= MAX + ofCalls.get()) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** Releases so many bytes. */
    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** A call of so many bytes waits for its answer, or, if that is negative, no longer. */
    void waits(long bytes) {
        ofCalls.addAndGet(bytes);
    }

    /** Bytes that are held. */
    long held() {
        return held.get();
    }
}
