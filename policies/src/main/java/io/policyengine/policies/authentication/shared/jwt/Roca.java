package io.policyengine.policies.authentication.shared.jwt;

import java.math.BigInteger;
import java.util.BitSet;

/**
 * Detects RSA moduli of a faulty key generator (ROCA, CVE-2017-15361), which can be factored. Modulo each of the {@code
 * PRIMES}, such a modulus is a power of 65537. Fewer than one in 10⁸ other moduli have this property.
 */
final class Roca {
    private static final int GENERATOR = 65537;
    private static final int[] PRIMES = {11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157};
    private static final BitSet[] POWERS = powers();

    private Roca() {}

    static boolean marks(BigInteger modulus) {
        for (int i = 0; i < PRIMES.length; i++) {
            if (!POWERS[i].get(modulus.mod(BigInteger.valueOf(PRIMES[i])).intValue())) {
                return false;
            }
        }
        return true;
    }

    private static BitSet[] powers() {
        BitSet[] powers = new BitSet[PRIMES.length];
        for (int i = 0; i < PRIMES.length; i++) {
            BitSet reached = new BitSet(PRIMES[i]);
            for (int power = 1; !reached.get(power); power = power * GENERATOR % PRIMES[i]) {
                reached.set(power);
            }
            powers[i] = reached;
        }
        return powers;
    }
}
