package io.policyengine.policies.records.usagemetering;

/**
 * The sampling of exchanges. Both entries of a policy sample the same exchanges. The choice depends on the engine's
 * number of the exchange and on a random key of the process, so clients cannot influence it.
 */
record Sampling(long key) {
    private static final double RANGE = 0x1p53;

    /**
     * Returns whether an exchange is sampled.
     *
     * @param share the proportion of exchanges to sample, from 0 (none) to 1 (all)
     */
    boolean chooses(long exchange, double share) {
        return (mixed(exchange + key) >>> 11) / RANGE < share;
    }

    /**
     * Returns a number mixed by SplitMix64 (Steele, Lea, Flood 2014). Each bit of the number affects every bit of the
     * result.
     */
    private static long mixed(long number) {
        long first = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
        return second ^ (second >>> 31);
    }
}
