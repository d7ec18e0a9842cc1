package io.policyengine.policies.content.shared.entities;

/** The digits of a telephone number, some of which may be in brackets. */
final class PhoneDigits {
    /** Maximum number of separators between two groups of digits of a telephone number. */
    private static final int MAX_SEPARATORS = 3;

    private PhoneDigits() {}

    /**
     * Returns the end of the last group with which the number has at least {@code min} and at most {@code max} digits,
     * or {@link Detector#NONE}.
     *
     * @param start position of the first digit
     */
    static int end(Window text, int start, int min, int max) {
        int count = 0;
        int end = Detector.NONE;
        int at = start;
        while (true) {
            while (count <= max && Chars.isDigit(text.at(at))) {
                count++;
                at++;
            }
            if (count > max) {
                return end;
            }
            if (count >= min) {
                end = at;
            }
            int next = at;
            while (next - at < MAX_SEPARATORS && isSeparator(text.at(next))) {
                next++;
            }
            if (next == at || !Chars.isDigit(text.at(next))) {
                return end;
            }
            at = next;
        }
    }

    private static boolean isSeparator(int c) {
        return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')';
    }
}
