package io.policyengine.policies.format.json;

/**
 * The names of one object, as digests of 64 bits: two that are equal are always found; two that are not are taken for equal by chance once in
 * 2^64 pairs, or where their author wants it, who then has only a text refused that he wrote.
 */
final class NameSet {
    /** Stands for an empty place; a digest of this value is another one. */
    private static final long NONE = 0;

    private static final int FIRST_PLACES = 16;

    private long[] places = {};
    private int size;

    /** Adds a name's digest; false if it is there. */
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

    /** Bytes of memory that it has. */
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
