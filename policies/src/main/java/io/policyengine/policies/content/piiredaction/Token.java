package io.policyengine.policies.content.piiredaction;

/**
 * Tokens that represent values, such as {@code PII_EMAIL_KTXBWMZCVRQHNF}. The last part has 60 unguessable bits. It
 * consists of letters only, so models and escaping leave it intact, and the search for entities does not match it.
 */
final class Token {
    static final String PREFIX = "PII_";

    /** The letters that encode a token's number. They exclude vowels, so that tokens contain no words. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    /** Number of letters at the end of a token that encode its number. */
    private static final int SECRET = 14;

    /** Maximum length of a token's label, in characters. */
    private static final int MAX_LABEL = 32;

    /** Maximum length of a token, in characters. */
    static final int LONGEST = PREFIX.length() + MAX_LABEL + 1 + SECRET;

    private Token() {}

    /**
     * Returns the token for a label and a number. Numbers that are equal modulo 20 to the power of 14 have the same
     * token.
     */
    static String of(String label, long number) {
        StringBuilder token =
                new StringBuilder(LONGEST).append(PREFIX).append(label).append('_');
        long rest = number;
        for (int i = 0; i < SECRET; i++) {
            token.append(LETTERS.charAt((int) Long.remainderUnsigned(rest, LETTERS.length())));
            rest = Long.divideUnsigned(rest, LETTERS.length());
        }
        return token.toString();
    }

    /** Returns whether a token may contain the character after its prefix. */
    static boolean has(int codePoint) {
        return (codePoint >= 'A' && codePoint <= 'Z') || (codePoint >= '0' && codePoint <= '9') || codePoint == '_';
    }

    /** Returns whether the text may be a whole token. */
    static boolean mayEndAfter(CharSequence text) {
        int secret = text.length() - SECRET;
        if (secret <= PREFIX.length() || text.charAt(secret - 1) != '_') {
            return false;
        }
        for (int i = secret; i < text.length(); i++) {
            if (LETTERS.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
