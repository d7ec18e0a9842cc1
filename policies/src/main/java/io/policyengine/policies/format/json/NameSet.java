package io.policyengine.policies.format.json;

/**
 * The names of one object, as 64-bit digests. Equal names are always detected. Two different names collide with a
 * probability of 2^-64, or if the text's author intends it. A collision only causes that text to be refused.
 */
final class NameSet {
    /** The value of an empty slot. A digest with this value is replaced by 1. */
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

    /** Returns the bytes of memory held. */
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
