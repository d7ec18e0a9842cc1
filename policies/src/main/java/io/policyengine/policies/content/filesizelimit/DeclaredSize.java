package io.policyengine.policies.content.filesizelimit;

import io.policyengine.core.http.HeaderMap;

/** The body length that a message declares. */
final class DeclaredSize {
    /** Maximum number of digits for which every number fits into a long. */
    private static final int SAFE_DIGITS = 18;

    private DeclaredSize() {}

    /**
     * Returns {@code content-length} (RFC 9110 §8.6), at most {@link Long#MAX_VALUE}; 0 if the field is absent or does
     * not consist of digits.
     */
    static long of(HeaderMap headers) {
        String value = headers.get("content-length");
        if (value == null || !isDigits(value)) {
            return 0;
        }
        return value.length() <= SAFE_DIGITS ? Long.parseLong(value) : large(value);
    }

    private static long large(String digits) {
        int zeros = 0;
        while (zeros < digits.length() && digits.charAt(zeros) == '0') {
            zeros++;
        }
        String significant = digits.substring(zeros);
        return significant.length() > SAFE_DIGITS
                ? Long.MAX_VALUE
                : significant.isEmpty() ? 0 : Long.parseLong(significant);
    }

    private static boolean isDigits(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return !value.isEmpty();
    }
}
