package io.policyengine.policies.content.shared.textmatch;

import java.text.Normalizer;

/** The kinds of characters that may hide a match, and their visible forms. */
final class CharacterKinds {
    private static final int BMP = 0x10000;

    /**
     * The decompositions of BMP characters, filled on demand; null until then. Concurrent writers write the same
     * values.
     */
    private static final String[] DECOMPOSED = new String[BMP];

    private CharacterKinds() {}

    /**
     * Returns whether the character is invisible: a control character other than a blank, or a character that Unicode
     * lets programs ignore by default.
     */
    static boolean isInvisible(int codePoint) {
        if (codePoint < 0x80) {
            return (codePoint < ' ' && !isBlank(codePoint)) || codePoint == 0x7F;
        }
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT, Character.CONTROL -> codePoint != 0x85;
            default ->
                codePoint == 0x34F
                        || codePoint == 0x115F
                        || codePoint == 0x1160
                        || codePoint == 0x17B4
                        || codePoint == 0x17B5
                        || (codePoint >= 0x180B && codePoint <= 0x180F)
                        || codePoint == 0x3164
                        || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
                        || codePoint == 0xFFA0
                        || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
        };
    }

    static boolean isBlank(int codePoint) {
        return codePoint == ' '
                || (codePoint >= '\t' && codePoint <= '\r')
                || (codePoint >= 0x80
                        && (codePoint == 0x85
                                || Character.isSpaceChar(codePoint)
                                || Character.isWhitespace(codePoint)));
    }

    /** Returns whether the character is a combining mark on the preceding one. */
    static boolean isMark(int codePoint) {
        if (codePoint < 0x300) {
            return false;
        }
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    static boolean isOfWord(int codePoint) {
        return codePoint >= 0 && (Character.isLetterOrDigit(codePoint) || isMark(codePoint));
    }

    /** Returns the compatibility decomposition of a character (Unicode's NFKD). Digits of any script become ASCII. */
    static String decomposed(int codePoint) {
        if (codePoint >= BMP) {
            return decompose(codePoint);
        }
        String known = DECOMPOSED[codePoint];
        if (known == null) {
            known = decompose(codePoint);
            DECOMPOSED[codePoint] = known;
        }
        return known;
    }

    private static String decompose(int codePoint) {
        if (Character.getType(codePoint) == Character.DECIMAL_DIGIT_NUMBER) {
            return Integer.toString(Character.digit(codePoint, 10));
        }
        return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD);
    }
}
