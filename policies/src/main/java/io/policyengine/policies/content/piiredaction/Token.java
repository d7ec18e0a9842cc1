package io.policyengine.policies.content.piiredaction;

/**
 * Names that represent values, such as {@code PII_EMAIL_KTXBWMZCVRQHNF}. They consist of letters, so that no model,
 * page or escape changes them and no search mistakes them, with 60 unguessable bits.
 */
final class Token {
    /** The text that each of them begins with. */
    static final String PREFIX = "PII_";

    /** Capital letters without vowels, so that no words come about. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    /** Letters at the end. */
    private static final int SECRET = 14;

    /** The maximum length of a label. */
    private static final int MAX_LABEL = 32;

    /** The maximum length of a token. */
    static final int LONGEST = PREFIX.length() + MAX_LABEL + 1 + SECRET;

    private Token() {}

    /** The token of a label and a number, of which those with the same remainder by 20 to the power of 14 have the same. */
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

    /** True if tokens have the character behind their prefix. */
    static boolean has(int codePoint) {
        return (codePoint >= 'A' && codePoint <= 'Z') || (codePoint >= '0' && codePoint <= '9') || codePoint == '_';
    }

    /** True if a token may be so long. */
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
