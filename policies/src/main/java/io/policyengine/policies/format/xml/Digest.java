package io.policyengine.policies.format.xml;

/** A digest of 64 bits of a text, character by character. Equal texts have equal ones; an author can make others equal. */
final class Digest {
    /** The digest of nothing. */
    static final long START = 0xcbf29ce484222325L;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private Digest() {}

    /** Returns the digest of the text and one more character. */
    static long add(long digest, long c) {
        long mixed = (digest ^ c) * FACTOR;
        return mixed ^ (mixed >>> 29);
    }
}
