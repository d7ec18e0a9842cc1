package io.policyengine.policies.content.piiredaction;

/**
 * Tokens that represent values, such as {@code PII_EMAIL_KTXBWMZCVRQHNF}. They consist of letters, so that models,
 * pages and escapes keep them intact and searches do not match them, with 60 unguessable bits.
 */
final class Token {
    static final String PREFIX = "PII_";

    /** Capital letters without vowels, so that they do not form words. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    /** Number of letters at the end that encode the number. */
    private static final int SECRET = 14;

    /** The maximum length of a label. */
    private static final int MAX_LABEL = 32;

    /** The maximum length of a token. */
    static final int LONGEST = PREFIX.length() + MAX_LABEL + 1 + SECRET;

    private Token() {}

    /** Returns the token of a label and a number. Numbers that are equal modulo 20 to the power of 14 share a token. */
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

    /** Returns whether the character may follow the prefix of a token. */
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
