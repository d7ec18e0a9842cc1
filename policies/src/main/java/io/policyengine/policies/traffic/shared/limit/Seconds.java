package io.policyengine.policies.traffic.shared.limit;

/** Whole seconds, as header fields have them. */
public final class Seconds {
    private static final long MICROS = 1_000_000;

    private Seconds() {}

    /** Rounded up. */
    public static long ofMicros(long micros) {
        return Math.ceilDiv(micros, MICROS);
    }
}
