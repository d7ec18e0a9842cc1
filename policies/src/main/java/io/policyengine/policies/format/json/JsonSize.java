package io.policyengine.policies.format.json;

import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.replace.Replacements;

/**
 * The size of a JSON text, estimated before the text is parsed. As a tree, a text may take a hundred times its bytes in
 * memory.
 *
 * <p>The counts are upper bounds for every valid text. The text is not validated here; for an invalid text, the counts
 * bound the part before its fault. In UTF-16 and UTF-32, the content of strings is counted too.
 *
 * @param bytes length of the text
 * @param values maximum number of values, including nested ones
 * @param depth maximum levels of nesting; 0 if unknown
 * @param heapBytes maximum bytes of the heap to read, edit and write the text
 */
public record JsonSize(long bytes, long values, int depth, long heapBytes) {
    /** Maximum values of a JSON text that is edited on the event loop. */
    private static final int SMALL = 2_000;

    /**
     * Maximum heap bytes per byte of a text that is edited as a tree. The tree's strings take up to two bytes per
     * character, and the output is held twice because it is copied.
     */
    private static final int PER_BYTE = 6;

    /**
     * Maximum heap bytes per byte of a text that is edited in one pass, for its characters while it is read and for the
     * output.
     */
    private static final int PER_BYTE_IN_ONE_PASS = 4;

    /** Maximum heap bytes of an object: its node, with an empty map and the map's table. */
    private static final int PER_OBJECT = 160;

    /** Maximum heap bytes of an array: its node, with a list that has capacity for ten elements. */
    private static final int PER_ARRAY = 104;

    /** Maximum heap bytes of a value: the node of a decimal number. */
    private static final int PER_VALUE = 80;

    /**
     * Maximum heap bytes of a member: its name, and its entries in the map, the table of names and the duplicate check.
     */
    private static final int PER_MEMBER = 180;

    /** Mask of the number of bytes read. The stop signal is checked each time the masked number is zero. */
    private static final int STOP_MASK = (64 << 10) - 1;

    /**
     * Measures a text in one pass, without allocating memory.
     *
     * @param asTree true if the text is edited as a tree, false if in one pass; a text that {@link #isWide} is always
     *     counted as a tree
     */
    public static JsonSize of(byte[] text, boolean asTree, StopSignal stop) {
        boolean wide = isWide(text);
        long objects = 0;
        long arrays = 0;
        long commas = 0;
        long members = 0;
        int depth = 0;
        int deepest = 0;
        boolean inString = false;
        for (int i = 0; i < text.length; i++) {
            if ((i & STOP_MASK) == 0) {
                stop.check();
            }
            byte octet = text[i];
            if (inString) {
                if (octet == '\\') {
                    i++;
                } else if (octet == '"') {
                    inString = false;
                }
                continue;
            }
            switch (octet) {
                case '"' -> inString = !wide;
                case '{' -> {
                    objects++;
                    depth++;
                }
                case '[' -> {
                    arrays++;
                    depth++;
                }
                case '}', ']' -> depth--;
                case ',' -> commas++;
                case ':' -> members++;
                default -> {
                    // Part of a value.
                }
            }
            deepest = Math.max(deepest, depth);
        }
        long values = 1 + objects + arrays + commas;
        long heapBytes = asTree || wide
                ? PER_BYTE * (long) text.length
                        + PER_OBJECT * objects
                        + PER_ARRAY * arrays
                        + PER_VALUE * values
                        + PER_MEMBER * members
                : PER_BYTE_IN_ONE_PASS * (long) text.length + PER_MEMBER * members;
        return new JsonSize(text.length, values, wide ? 0 : deepest, heapBytes);
    }

    /**
     * Returns whether the text may be UTF-16 or UTF-32, in which a byte that equals a quotation mark may be half of a
     * character.
     */
    public static boolean isWide(byte[] text) {
        if (text.length >= 2 && (text[0] & 0xFF) >= 0xFE && (text[1] & 0xFF) >= 0xFE) {
            return true;
        }
        for (int i = 0; i < Math.min(4, text.length); i++) {
            if (text[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the text is small enough to be edited on the event loop. */
    public boolean isSmall() {
        return values <= SMALL && bytes <= Replacements.LARGE;
    }

    /** Returns the work of editing the text. */
    public Work work() {
        return Work.onBody(bytes, heapBytes);
    }
}
