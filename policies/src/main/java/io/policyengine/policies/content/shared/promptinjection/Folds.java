package io.policyengine.policies.content.shared.promptinjection;

import java.text.Normalizer;
import java.util.Locale;

/** Folds single characters for comparison. */
final class Folds {
    private static final int BMP = 0x10000;
    private static final int FIRST_TAG = 0xE0020;
    private static final int LAST_TAG = 0xE007E;

    private static final String LOOK_ALIKES = "авеѕіјкмнорстухαβεικνορτυχ";
    private static final String LETTERS = "abesijkmhopctyxabeiknoptux";

    /** The folded forms of BMP characters, filled on demand. Concurrent writers write the same values. */
    private static final String[] KNOWN = new String[BMP];

    private Folds() {}

    /**
     * Returns a character without case, accents, width and style; look-alikes become ASCII. Empty for a combining mark.
     */
    static String of(int codePoint) {
        if (codePoint >= BMP) {
            return fold(codePoint);
        }
        String known = KNOWN[codePoint];
        if (known == null) {
            known = fold(codePoint);
            KNOWN[codePoint] = known;
        }
        return known;
    }

    private static String fold(int codePoint) {
        if (Character.getType(codePoint) == Character.DECIMAL_DIGIT_NUMBER) {
            return Integer.toString(Character.digit(codePoint, 10));
        }
        String parts = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT);
        StringBuilder fold = new StringBuilder(parts.length());
        for (int i = 0; i < parts.length(); i++) {
            char c = parts.charAt(i);
            if (!isMark(c)) {
                int at = LOOK_ALIKES.indexOf(c);
                fold.append(at < 0 ? c : LETTERS.charAt(at));
            }
        }
        return fold.toString();
    }

    /** Returns whether the character is a combining accent or a vowel mark, which writers often omit. */
    static boolean isMark(int c) {
        return (c >= 0x300 && c <= 0x36F)
                || (c >= 0x591 && c <= 0x5C7)
                || (c >= 0x610 && c <= 0x61A)
                || c == 0x640
                || (c >= 0x64B && c <= 0x65F)
                || c == 0x670
                || c == 0x93C
                || c == 0x9BC
                || c == 0x3099
                || c == 0x309A
                || (c >= 0xFE20 && c <= 0xFE2F);
    }

    /** Returns whether the character is invisible to readers. */
    static boolean isInvisible(int codePoint) {
        return Character.getType(codePoint) == Character.FORMAT
                || codePoint == 0x34F
                || codePoint == 0x115F
                || codePoint == 0x1160
                || codePoint == 0x3164
                || codePoint == 0xFFA0
                || (codePoint >= 0x180B && codePoint <= 0x180F)
                || isVariation(codePoint)
                || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
    }

    /** Returns whether the character is a variation selector. A sequence of them may hide octets. */
    static boolean isVariation(int codePoint) {
        return (codePoint >= 0xFE00 && codePoint <= 0xFE0F) || (codePoint >= 0xE0100 && codePoint <= 0xE01EF);
    }

    /** Returns whether the character is a tag that represents visible ASCII (The Unicode Standard, section 23.9). */
    static boolean isTag(int codePoint) {
        return codePoint >= FIRST_TAG && codePoint <= LAST_TAG;
    }

    static char ofTag(int tag) {
        return (char) (tag - 0xE0000);
    }

    static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c)
                || Character.isSurrogate(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    }

    /**
     * Returns whether a folded character belongs to words, and is neither kana nor an ideograph, which are written
     * without blanks.
     */
    static boolean isOfSpacedScript(char c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        }
        return isOfWord(c) && !(c >= 0x3040 && c <= 0x30FF) && !Character.isIdeographic(c);
    }
}
