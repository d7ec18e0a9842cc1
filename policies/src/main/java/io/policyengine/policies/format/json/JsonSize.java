package io.policyengine.policies.format.json;

import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.replace.Replacements;

/**
 * The size of a JSON text, counted before any of it is taken for JSON: in a tree, a byte of text may become a hundred of memory.
 *
 * <p>The counts are bounds from above for every text that can be read, and of a text that cannot, for the part that is read before that is
 * seen: the text is not checked here. In UTF-16 and UTF-32 what stands in strings is counted too.
 *
 * @param bytes of the text
 * @param values most values, those in others included
 * @param depth most levels of nesting; 0 where it is not known
 * @param heapBytes most bytes of the heap that reading, working on and writing it take
 */
public record JsonSize(long bytes, long values, int depth, long heapBytes) {
    /** Values up to which a text is edited at once, on the event loop. */
    private static final int SMALL = 2_000;

    /** The texts in the tree, which may take two bytes for a character, what is written, and the copy of it that goes on. */
    private static final int PER_BYTE = 6;

    /** A text in characters while it is read, and what is written. */
    private static final int PER_BYTE_IN_ONE_PASS = 4;

    /** An empty map and its table, in its node. */
    private static final int PER_OBJECT = 160;

    /** A list with room for ten, in its node. */
    private static final int PER_ARRAY = 104;

    /** A decimal number in its node. */
    private static final int PER_VALUE = 80;

    /** A name, its place in a map, in the parser's table of names, and in the set by which it finds what stands twice. */
    private static final int PER_MEMBER = 180;

    /** Between two questions whether to go on. */
    private static final int STOP_MASK = (64 << 10) - 1;

    /**
     * Counts, in one pass and without memory.
     *
     * @param asTree true if the text is edited as a tree; false if in one pass, unless it is in UTF-16 or UTF-32
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

    /** True if the parser may take it for UTF-16 or UTF-32, where a byte like a quotation mark may be half of a character. */
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

    /** True if it is done in no time. */
    public boolean isSmall() {
        return values <= SMALL && bytes <= Replacements.LARGE;
    }

    /** The work that editing it is. */
    public Work work() {
        return Work.onBody(bytes, heapBytes);
    }
}
