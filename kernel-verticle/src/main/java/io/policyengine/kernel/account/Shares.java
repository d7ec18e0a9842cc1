package io.policyengine.kernel.account;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The shares of all current slot holders, by route or by client; removed with the last slot. Only the first and the
 * last slot of a share lock. Thread-safe.
 */
public final class Shares {
    private final ConcurrentHashMap<String, Share> present = new ConcurrentHashMap<>();

    /** The share of this owner, with one place more. */
    public Share enter(String owner) {
        Share there = present.get(owner);
        return there != null && there.enterAgain()
                ? there
                : present.compute(owner, (name, known) -> (known == null ? new Share(name) : known).enter());
    }

    /** Gives the place back. */
    public void leave(Share share) {
        if (!share.leaveOthers()) {
            present.computeIfPresent(share.owner(), (_, known) -> known.leave() ? null : known);
        }
    }
}
