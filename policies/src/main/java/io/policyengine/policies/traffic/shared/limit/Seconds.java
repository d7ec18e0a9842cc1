package io.policyengine.policies.traffic.shared.limit;

/** Converts times to whole seconds, as header fields state them. */
public final class Seconds {
    private static final long MICROS = 1_000_000;

    private Seconds() {}

    /** Converts microseconds to seconds, rounded up. */
    public static long ofMicros(long micros) {
        return Math.ceilDiv(micros, MICROS);
    }
}
