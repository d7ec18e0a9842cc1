package io.policyengine.kernel.extproc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether Envoy honours mode overrides, as far as it has shown. It never says so: only the body that comes, or does not, tells.
 * Shared by all event loops.
 */
final class OverrideTrust {
    /** Exchanges without the body that was asked for, before any body came, that are taken for more than clients hanging up. */
    private static final int MOST_SUSPICIONS = 3;

    private static final int PROVED = -1;

    private final AtomicInteger suspicions = new AtomicInteger();

    /** A body came that was asked for. */
    void honoured() {
        if (suspicions.get() != PROVED) {
            suspicions.set(PROVED);
        }
    }

    /** A body certainly did not come. */
    void ignored() {
        suspicions.set(MOST_SUSPICIONS);
    }

    /** A body did not come, but its sender may have gone away. */
    void suspect() {
        suspicions.updateAndGet(count -> count == PROVED ? PROVED : Math.min(MOST_SUSPICIONS, count + 1));
    }

    /** Whether no override has been honoured so far. */
    boolean isUnproved() {
        return suspicions.get() != PROVED;
    }

    /** Whether overrides are ignored: a chain that depends on one must be refused. */
    boolean isLost() {
        return suspicions.get() >= MOST_SUSPICIONS;
    }
}
