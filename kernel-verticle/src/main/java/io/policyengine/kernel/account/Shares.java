package io.policyengine.kernel.account;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The shares of all current slot holders, by route or by client; a share is removed with its last slot. Only the first
 * and the last slot of a share lock. Thread-safe.
 */
public final class Shares {
    private final ConcurrentHashMap<String, Share> present = new ConcurrentHashMap<>();

    /** Takes a slot for this owner and returns its share. */
    public Share enter(String owner) {
        Share there = present.get(owner);
        return there != null && there.enterAgain()
                ? there
                : present.compute(owner, (name, known) -> (known == null ? new Share(name) : known).enter());
    }

    /** Releases a slot; the last one removes the share. */
    public void leave(Share share) {
        if (!share.leaveOthers()) {
            present.computeIfPresent(share.owner(), (_, known) -> known.leave() ? null : known);
        }
    }
}
