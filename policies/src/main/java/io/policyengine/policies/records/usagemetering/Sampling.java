package io.policyengine.policies.records.usagemetering;

/**
 * The sampling of exchanges, equal for both entries of one. It follows from the number that the engine gives an
 * exchange, and from a key, so that clients cannot influence it.
 *
 * @param key random, the process's own
 */
record Sampling(long key) {
    private static final double RANGE = 0x1p53;

    /**
     * True if the exchange is of the share.
     *
     * @param share 0 for none, 1 for all
     */
    boolean chooses(long exchange, double share) {
        return (mixed(exchange + key) >>> 11) / RANGE < share;
    }

    /** SplitMix64 (Steele, Lea, Flood 2014): each bit of the number changes each bit of the result with even odds. */
    private static long mixed(long number) {
        long first = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
        return second ^ (second >>> 31);
    }
}
