package io.policyengine.core.store.local;

import java.util.concurrent.atomic.AtomicBoolean;

/** A lock for operations of about a microsecond: a waiting thread spins instead of sleeping. Not reentrant. */
final class SpinLock {
    /** Number of attempts before a waiting thread yields. */
    private static final int TRIES = 100;

    private final AtomicBoolean isTaken = new AtomicBoolean();

    @SuppressWarnings("ThreadPriorityCheck") // correctness does not depend on it: it only lets the holder run
    void take() {
        for (int tries = 1; !isTaken.compareAndSet(false, true); tries++) {
            if (tries % TRIES == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    void leave() {
        isTaken.set(false);
    }
}
