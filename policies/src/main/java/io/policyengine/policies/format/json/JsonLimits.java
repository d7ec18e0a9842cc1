package io.policyengine.policies.format.json;

/**
 * The limits of a JSON text.
 *
 * @param depth maximum levels of nested objects and arrays
 * @param members maximum members of one object
 * @param elements maximum elements of one array
 * @param stringBytes maximum UTF-8 bytes of a string without quotation marks, with escapes decoded
 * @param nameBytes maximum UTF-8 bytes of a member's name, counted like those of a string
 * @param numberDigits maximum digits of a number, including fraction and exponent
 * @param duplicates whether a name may occur twice in an object, and may contain unpaired surrogates
 */
public record JsonLimits(
        int depth, int members, int elements, int stringBytes, int nameBytes, int numberDigits, boolean duplicates) {
    /** Maximum heap bytes per byte of text, for the digests of its names. */
    private static final int PER_BYTE = 8;

    /**
     * Maximum heap bytes per name. The name's digest is in a table that is a quarter full, and in the previous table of
     * half the size.
     */
    private static final int PER_NAME = 48;

    /** Maximum heap bytes per level, for an empty table. */
    private static final int PER_LEVEL = 256;

    /** Returns the maximum heap bytes that are held while a text of {@code length} bytes is scanned. */
    public long heapBytes(long length) {
        long names = duplicates ? 0 : (long) PER_NAME * members;
        return Math.min(PER_BYTE * length, depth * (names + PER_LEVEL));
    }
}
