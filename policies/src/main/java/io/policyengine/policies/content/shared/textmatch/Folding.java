package io.policyengine.policies.content.shared.textmatch;

import java.util.Arrays;

/**
 * Folds the characters of a text one by one: each becomes its compatibility decomposition without invisible characters,
 * and consecutive blanks become one. With {@code asSeen}, combining marks are removed as well, and look-alikes become
 * ASCII letters. Confined to one text.
 */
final class Folding {
    private static final int[] NOTHING = {};

    private final boolean asSeen;
    private final boolean ignoreCase;
    private final int[] single = new int[1];
    private boolean afterBlank;

    /**
     * Creates a folding at the beginning of a text.
     *
     * @param asSeen true to ignore combining marks and to replace look-alike letters of other scripts
     */
    Folding(boolean asSeen, boolean ignoreCase) {
        this.asSeen = asSeen;
        this.ignoreCase = ignoreCase;
    }

    /** Returns the folded text without leading or trailing blanks. */
    static int[] of(String text, boolean asSeen, boolean ignoreCase) {
        Folding folding = new Folding(asSeen, ignoreCase);
        return text.strip()
                .codePoints()
                .flatMap(codePoint -> Arrays.stream(folding.next(codePoint).clone()))
                .toArray();
    }

    /**
     * Returns the folded form of the next character; empty if the character is dropped. The next call reuses the
     * returned array.
     */
    int[] next(int codePoint) {
        if (codePoint > ' ' && codePoint < 0x7F) {
            afterBlank = false;
            single[0] = ignoreCase && codePoint >= 'A' && codePoint <= 'Z' ? codePoint + ('a' - 'A') : codePoint;
            return single;
        }
        if (codePoint < 0) {
            afterBlank = false;
            single[0] = codePoint;
            return single;
        }
        if (CharacterKinds.isBlank(codePoint)) {
            if (afterBlank) {
                return NOTHING;
            }
            afterBlank = true;
            single[0] = ' ';
            return single;
        }
        return CharacterKinds.isInvisible(codePoint) ? NOTHING : wide(codePoint);
    }

    void restart() {
        afterBlank = false;
    }

    private int[] wide(int codePoint) {
        afterBlank = false;
        String parts = CharacterKinds.decomposed(codePoint);
        if (parts.length() == 1) {
            int seen = seen(parts.charAt(0));
            if (seen < 0) {
                return NOTHING;
            }
            single[0] = seen;
            return single;
        }
        return parts.codePoints().map(this::seen).filter(part -> part >= 0).toArray();
    }

    private int seen(int part) {
        if (asSeen && CharacterKinds.isMark(part)) {
            return -1;
        }
        int letter = asSeen ? LookAlikes.asciiOf(part) : part;
        return ignoreCase ? Character.toLowerCase(Character.toUpperCase(letter)) : letter;
    }
}
