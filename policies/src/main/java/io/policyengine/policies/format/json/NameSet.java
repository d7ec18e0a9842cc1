package io.policyengine.policies.format.json;

/**
 * The names of one object, as 64-bit digests. Equal names are always found; different names collide once in 2^64 pairs
 * by chance, or on purpose, which only gets the author's own text refused.
 */
final class NameSet {
    /** Marks an empty slot; a digest of this value is replaced by 1. */
    private static final long NONE = 0;

    private static final int FIRST_PLACES = 16;

    private long[] places = {};
    private int size;

    /** Adds a name's digest; returns false if it is present. */
    boolean add(long digest) {
        if (size * 2 >= places.length) {
            grow();
        }
        if (!put(places, digest == NONE ? 1 : digest)) {
            return false;
        }
        size++;
        return true;
    }

    /** The bytes of memory held. */
    long heldBytes() {
        return (long) places.length * Long.BYTES;
    }

    private void grow() {
        long[] larger = new long[Math.max(FIRST_PLACES, places.length * 2)];
        for (long digest : places) {
            if (digest != NONE) {
                put(larger, digest);
            }
        }
        places = larger;
    }

    private static boolean put(long[] into, long digest) {
        int mask = into.length - 1;
        int place = (int) (digest ^ (digest >>> 32)) & mask;
        while (into[place] != NONE) {
            if (into[place] == digest) {
                return false;
            }
            place = (place + 1) & mask;
        }
        into[place] = digest;
        return true;
    }
}
