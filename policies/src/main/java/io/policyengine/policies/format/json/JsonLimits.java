package io.policyengine.policies.format.json;

/**
 * The limits of a JSON text.
 *
 * @param depth levels of nested objects and arrays
 * @param members of one object
 * @param elements of one array
 * @param stringBytes UTF-8 bytes of a string without quotation marks, with escapes decoded
 * @param nameBytes UTF-8 bytes of a member's name, counted in the same way
 * @param numberDigits digits of a number, including fraction and exponent
 * @param duplicates whether a name may occur twice in an object, and may contain unpaired surrogates
 */
public record JsonLimits(
        int depth, int members, int elements, int stringBytes, int nameBytes, int numberDigits, boolean duplicates) {
    /** The heap bytes per byte of text, for the digests of its names. */
    private static final int PER_BYTE = 8;

    /** The heap bytes per name: a digest in a table that is a quarter full, plus the half-sized table it replaces. */
    private static final int PER_NAME = 48;

    /** The heap bytes per level, for an empty table. */
    private static final int PER_LEVEL = 256;

    /** Returns the most heap bytes that the scan of a text of {@code length} bytes holds. */
    public long heapBytes(long length) {
        long names = duplicates ? 0 : (long) PER_NAME * members;
        return Math.min(PER_BYTE * length, depth * (names + PER_LEVEL));
    }
}
