package io.policyengine.kernel.worker.registry;

import java.util.random.RandomGenerator;

/** How long nobody tries to reach a replica after an attempt that led to nothing: each time twice as long, up to 2 s, less a random part. */
final class ReconnectPause {
    private static final long FIRST_MS = 50;
    private static final long LONGEST_MS = 2_000;

    /** Attempts in a row that did not lead to a replica that was prepared. */
    private int failed;

    /** An attempt has led to nothing: the pause after it, in milliseconds. */
    long next(RandomGenerator random) {
        long pause = Math.min(LONGEST_MS, FIRST_MS << Math.min(failed++, 6));
        return Math.max(1, pause / 2 + random.nextLong(pause / 2 + 1));
    }

    /** An attempt has led to a replica that prepares what it is asked for. */
    void reset() {
        failed = 0;
    }
}
