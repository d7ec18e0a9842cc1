package io.policyengine.kernel.account;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The shares of all that have a place now, by route or by client: none is kept for who has gone. Only the first place and the last one lock
 * anything. For all threads.
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
