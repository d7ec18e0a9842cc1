package io.policyengine.kernel.extproc;

import java.time.Instant;
import java.time.InstantSource;

/** Converts times of spans to nanoseconds since the epoch, which fit in 64 bits until the year 2262. */
final class EpochNanos {
    private static final long PER_SECOND = 1_000_000_000;

    private EpochNanos() {}

    static long of(InstantSource clock) {
        Instant now = clock.instant();
        return now.getEpochSecond() * PER_SECOND + now.getNano();
    }
}
