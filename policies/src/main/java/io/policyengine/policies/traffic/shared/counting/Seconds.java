package io.policyengine.policies.traffic.shared.counting;

/** Whole seconds, as header fields have them. */
final class Seconds {
    private static final long MICROS = 1_000_000;

    private Seconds() {}

    /** Rounded up. */
    static long ofMicros(long micros) {
        return Math.ceilDiv(micros, MICROS);
    }
}
