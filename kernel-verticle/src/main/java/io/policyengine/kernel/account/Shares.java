package io.policyengine.kernel.account;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The shares of all routes, or of all clients, that hold a slot. A share is removed with its last slot. A lock is taken
 * only for the first and the last slot of a share. Thread-safe.
 */
public final class Shares {
    private final ConcurrentHashMap<String, Share> present = new ConcurrentHashMap<>();

    /** Takes a slot for the given route or client, and returns its share. */
    public Share enter(String owner) {
        Share there = present.get(owner);
        return there != null && there.enterAgain()
                ? there
                : present.compute(owner, (name, known) -> (known == null ? new Share(name) : known).enter());
    }

    /** Releases a slot of a share. The last slot removes the share. */
    public void leave(Share share) {
        if (!share.leaveOthers()) {
            present.computeIfPresent(share.owner(), (_, known) -> known.leave() ? null : known);
        }
    }
}
