package io.policyengine.policies.content.shared.entities;

/** Kinds of characters, as {@link Window#at} returns them, all different from {@link Window#NOTHING}. */
final class Chars {
    private Chars() {}

    /** A digit of ASCII. */
    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** A letter of ASCII. */
    static boolean isLetter(int c) {
        return isUpper(c) || (c >= 'a' && c <= 'z');
    }

    /** A capital letter of ASCII. */
    static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    /** A letter or digit of ASCII. Other scripts bound a word: some of them write no spaces. */
    static boolean isWord(int c) {
        return isDigit(c) || isLetter(c);
    }

    /** A digit of base 16. */
    static boolean isHex(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** A character of base64url (RFC 4648 §5). */
    static boolean isBase64Url(int c) {
        return isWord(c) || c == '-' || c == '_';
    }

    /** A character of base64 (RFC 4648 §4), with its padding. */
    static boolean isBase64(int c) {
        return isWord(c) || c == '+' || c == '/' || c == '=';
    }

    /** The capital letter of an ASCII letter; any other character as it is. */
    static int upper(int c) {
        return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
    }

    /** A letter beyond ASCII of a script that puts spaces between words. */
    static boolean isSpacedLetter(int c) {
        return c >= 0x80
                && (Character.isLetter(c) || Character.getType(c) == Character.NON_SPACING_MARK)
                && !isUnspaced(c);
    }

    /** A letter of a script that puts no spaces between words, or adds particles to them. */
    static boolean isUnspacedLetter(int c) {
        return c >= 0x80
                && isUnspaced(c)
                && (Character.isLetter(c) || Character.getType(c) == Character.NON_SPACING_MARK);
    }

    /** True for the blocks of scripts without spaces: Thai, Lao, Tibetan, Myanmar, Khmer, Hangul, Kana, Han. */
    private static boolean isUnspaced(int c) {
        return (c >= 0x0E00 && c <= 0x109F)
                || (c >= 0x1100 && c <= 0x11FF)
                || (c >= 0x1780 && c <= 0x17FF)
                || (c >= 0x2E80 && c <= 0xD7FF)
                || (c >= 0xF900 && c <= 0xFAFF);
    }
}
