package io.policyengine.kernel.remote;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The room for answers of one replica of which only a part has come, on all event loops: a process that begins many and ends none would fill the
 * heap. Answers that come whole take none. Calls that are answered one by one give room for as many bytes as they brought themselves.
 */
final class AnswerRoom {
    /** Bytes for all of them together, beside those of calls. */
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

    /** So many bytes are held no more. */
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
