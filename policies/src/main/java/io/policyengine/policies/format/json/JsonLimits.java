package io.policyengine.policies.format.json;

/**
 * The most that a JSON text may have of anything.
 *
 * @param depth levels of objects and arrays in each other
 * @param members of one object
 * @param elements of one array
 * @param stringBytes bytes in UTF-8 of a string, without its quotation marks and after its escapes
 * @param nameBytes the same of a member's name
 * @param numberDigits digits of a number, those of its fraction and exponent included
 * @param duplicates whether a name may stand twice in an object, and hold half of a character
 */
public record JsonLimits(
        int depth, int members, int elements, int stringBytes, int nameBytes, int numberDigits, boolean duplicates) {
    /** Bytes of the heap for each byte of a text: the digests of its names. */
    private static final int PER_BYTE = 8;

    /** A digest in a table that is a quarter full, and in the half of that size which it grows out of. */
    private static final int PER_NAME = 48;

    /** An empty table. */
    private static final int PER_LEVEL = 256;

    /** Most bytes of the heap that the scan of a text of {@code length} bytes holds. */
    public long heapBytes(long length) {
        long names = duplicates ? 0 : (long) PER_NAME * members;
        return Math.min(PER_BYTE * length, depth * (names + PER_LEVEL));
    }
}
