package io.policyengine.policies.authentication.shared.credential;

/** Checks whether a token in a header field has the form {@code b64token} (RFC 6750 §2.1), by a lookup table. */
final class Token68 {
    private static final int ASCII = 128;
    private static final boolean[] LEGAL = legal();

    private Token68() {}

    private static boolean[] legal() {
        boolean[] legal = new boolean[ASCII];
        for (char c = 0; c < legal.length; c++) {
            boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            legal[c] = isAlphanumeric || "-._~+/".indexOf(c) >= 0;
        }
        return legal;
    }

    static boolean matches(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= ASCII || !LEGAL[c]) {
                return false;
            }
        }
        return end > 0;
    }
}
