package io.policyengine.policies.content.shared.entities;

/** Check digits of numbers. A digit is a value from 0 to 9; the most significant digit is the first. */
final class CheckDigits {
    /** Verhoeff's multiplication in the dihedral group of order ten. */
    private static final byte[][] DIHEDRAL = new byte[10][10];

    /** Verhoeff's permutations of the digits, one for each position modulo 8. */
    private static final byte[][] PERMUTED = new byte[8][10];

    private static final byte[] FIRST_PERMUTATION = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};

    static {
        for (int a = 0; a < 10; a++) {
            for (int b = 0; b < 10; b++) {
                DIHEDRAL[a][b] = (byte) product(a, b);
            }
            PERMUTED[0][a] = (byte) a;
        }
        for (int place = 1; place < PERMUTED.length; place++) {
            for (int digit = 0; digit < 10; digit++) {
                PERMUTED[place][digit] = FIRST_PERMUTATION[PERMUTED[place - 1][digit]];
            }
        }
    }

    private CheckDigits() {}

    /** Multiplies rotations (0 to 4) and reflections (5 to 9) of a pentagon. */
    private static int product(int a, int b) {
        int turn = b % 5;
        if (a < 5) {
            return (a + turn) % 5 + (b < 5 ? 0 : 5);
        }
        return (a % 5 - turn + 5) % 5 + (b < 5 ? 5 : 0);
    }

    /** Returns whether the last digit is Luhn's check digit (ISO 7812-1, annex B). */
    static boolean luhn(byte[] digits, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int digit = digits[length - 1 - i];
            int doubled = 2 * digit;
            sum += i % 2 == 0 ? digit : doubled / 10 + doubled % 10;
        }
        return sum % 10 == 0;
    }

    /** Returns whether the last digit is the check digit of an article number (GS1: EAN-13). */
    static boolean article(byte[] digits, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += digits[length - 1 - i] * (i % 2 == 0 ? 1 : 3);
        }
        return sum % 10 == 0;
    }

    static boolean verhoeff(byte[] digits, int length) {
        int check = 0;
        for (int i = 0; i < length; i++) {
            check = DIHEDRAL[check][PERMUTED[i % 8][digits[length - 1 - i]]];
        }
        return check == 0;
    }

    /** Returns whether the last digit is the check digit of ISO 7064, MOD 11,10. */
    static boolean mod11And10(byte[] digits, int length) {
        int product = 10;
        for (int i = 0; i < length - 1; i++) {
            int sum = (digits[i] + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return (product + digits[length - 1]) % 10 == 1;
    }

    /**
     * Returns whether the remainder modulo 97 is 1 after the first four characters are moved to the end (ISO 7064, MOD
     * 97-10).
     *
     * @param code capital letters and digits of ASCII
     */
    static boolean mod97(char[] code, int length) {
        int rest = 0;
        for (int i = 0; i < length; i++) {
            char c = code[(i + 4) % length];
            rest = Chars.isDigit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97;
        }
        return rest == 1;
    }

    /** Returns whether the check digit of a machine readable document's line is valid (ICAO Doc 9303-3 §4.9). */
    static boolean mrz(char[] line, int start, int end, char check) {
        int sum = 0;
        for (int i = start; i < end; i++) {
            int weight = switch ((i - start) % 3) {
                case 0 -> 7;
                case 1 -> 3;
                default -> 1;
            };
            sum += mrzValue(line[i]) * weight;
        }
        return sum % 10 == mrzValue(check);
    }

    private static int mrzValue(char c) {
        if (c == '<') {
            return 0;
        }
        return Chars.isDigit(c) ? c - '0' : c - 'A' + 10;
    }
}
