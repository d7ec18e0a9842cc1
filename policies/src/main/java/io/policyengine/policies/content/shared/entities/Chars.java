package io.policyengine.policies.content.shared.entities;

/**
 * Classes of the characters that {@link Window#at} returns. Letters and digits are those of ASCII unless stated
 * otherwise.
 */
final class Chars {
    private Chars() {}

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(int c) {
        return isUpper(c) || (c >= 'a' && c <= 'z');
    }

    static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    /**
     * Returns whether the character is an ASCII letter or digit. All other characters delimit words, since some scripts
     * have no spaces.
     */
    static boolean isWord(int c) {
        return isDigit(c) || isLetter(c);
    }

    static boolean isHex(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** Returns whether the character belongs to base64url (RFC 4648 §5). */
    static boolean isBase64Url(int c) {
        return isWord(c) || c == '-' || c == '_';
    }

    /** Returns whether the character belongs to base64 (RFC 4648 §4), or is its padding. */
    static boolean isBase64(int c) {
        return isWord(c) || c == '+' || c == '/' || c == '=';
    }

    /** Returns an ASCII letter in upper case, and any other character unchanged. */
    static int upper(int c) {
        return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
    }

    /** Returns whether the character is a non-ASCII letter of a script that separates words by spaces. */
    static boolean isSpacedLetter(int c) {
        return c >= 0x80
                && (Character.isLetter(c) || Character.getType(c) == Character.NON_SPACING_MARK)
                && !isUnspaced(c);
    }

    /**
     * Returns whether the character is a letter of a script that writes words without spaces, or attaches particles to
     * them.
     */
    static boolean isUnspacedLetter(int c) {
        return c >= 0x80
                && isUnspaced(c)
                && (Character.isLetter(c) || Character.getType(c) == Character.NON_SPACING_MARK);
    }

    /**
     * Returns whether the character is in a block of a script without spaces: Thai, Lao, Tibetan, Myanmar, Khmer,
     * Hangul, Kana or Han.
     */
    private static boolean isUnspaced(int c) {
        return (c >= 0x0E00 && c <= 0x109F)
                || (c >= 0x1100 && c <= 0x11FF)
                || (c >= 0x1780 && c <= 0x17FF)
                || (c >= 0x2E80 && c <= 0xD7FF)
                || (c >= 0xF900 && c <= 0xFAFF);
    }
}
