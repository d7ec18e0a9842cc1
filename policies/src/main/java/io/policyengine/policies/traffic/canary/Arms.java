package io.policyengine.policies.traffic.canary;

import io.policyengine.policies.shared.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Chooses one of several arms (variants of a request) by weight. Weighted rendezvous hashing assigns a key to an arm:
 * each arm computes a number for the key and divides it by its weight; the arm with the lowest result is chosen. So if
 * a weight grows, keys move only to its arm. Instances with the same arms and salt choose the same arm for a key.
 * Immutable.
 */
final class Arms {
    private static final double UNIT = 0x1.0p-53;

    private final int[] weights;
    private final long[] seeds;
    private final long total;

    Arms(List<CanaryParams.Arm> arms, String salt) {
        this.weights = arms.stream().mapToInt(CanaryParams.Arm::weight).toArray();
        this.seeds = arms.stream()
                .mapToLong(arm ->
                        Sha256.of(octets(salt), new byte[1], octets(arm.name())).first())
                .toArray();
        this.total = arms.stream().mapToLong(CanaryParams.Arm::weight).sum();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    int of(String key) {
        long hash = Sha256.of(octets(key)).first();
        int chosen = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < weights.length; i++) {
            double drawn = -StrictMath.log(unit(mixed(hash ^ seeds[i]))) / weights[i];
            if (drawn < least) {
                least = drawn;
                chosen = i;
            }
        }
        return chosen;
    }

    /** Returns the index of the arm for a random number, which must be uniformly distributed over all longs. */
    int at(long random) {
        long left = Math.unsignedMultiplyHigh(random, total);
        int index = 0;
        while (left >= weights[index]) {
            left -= weights[index++];
        }
        return index;
    }

    /** Converts a hash to a number above 0 and at most 1. */
    private static double unit(long hash) {
        return ((hash >>> 11) + 0.5) * UNIT;
    }

    /**
     * Mixes the bits of a value, so that each input bit affects about half of the output bits (the finalizer of
     * SplitMix64).
     */
    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
