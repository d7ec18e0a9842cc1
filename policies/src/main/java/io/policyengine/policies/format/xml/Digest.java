package io.policyengine.policies.format.xml;

/**
 * A 64-bit digest of a text. Equal texts have equal digests. An author can choose different texts with the same digest.
 */
final class Digest {
    /** The digest of an empty text. */
    static final long START = 0xcbf29ce484222325L;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private Digest() {}

    static long add(long digest, long c) {
        long mixed = (digest ^ c) * FACTOR;
        return mixed ^ (mixed >>> 29);
    }
}
