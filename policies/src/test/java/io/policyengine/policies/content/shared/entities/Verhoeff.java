package io.policyengine.policies.content.shared.entities;

/** Verhoeff's check by its published tables. */
final class Verhoeff {
    private static final String[] PRODUCTS = {
        "0123456789",
        "1234067895",
        "2340178956",
        "3401289567",
        "4012395678",
        "5987604321",
        "6598710432",
        "7659821043",
        "8765932104",
        "9876543210"
    };

    private static final String[] PERMUTATIONS = {
        "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"
    };

    private Verhoeff() {}

    /** True if the last digit checks the others. */
    static boolean isValid(String number) {
        int check = 0;
        for (int i = 0; i < number.length(); i++) {
            int digit = number.charAt(number.length() - 1 - i) - '0';
            int permuted = PERMUTATIONS[i % 8].charAt(digit) - '0';
            check = PRODUCTS[check].charAt(permuted) - '0';
        }
        return check == 0;
    }
}
