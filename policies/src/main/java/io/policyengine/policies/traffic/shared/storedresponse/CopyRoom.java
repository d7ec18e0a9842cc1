package io.policyengine.policies.traffic.shared.storedresponse;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that answers may take while they are on their way into a store, or held for an exchange. Thread-safe. */
public final class CopyRoom {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** Room for so many bytes. */
    public CopyRoom(long most) {
        this.most = most;
    }

    /** Takes so many; false if there are no more. */
    public boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Gives back what was taken. */
    public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** The bytes that are taken. */
    public long taken() {
        return taken.get();
    }
}
