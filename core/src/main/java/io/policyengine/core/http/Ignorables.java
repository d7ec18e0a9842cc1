package io.policyengine.core.http;

/**
 * The invisible characters that servers may drop. They have Unicode's property Default_Ignorable_Code_Point
 * (DerivedCoreProperties.txt of Unicode 16), or are noncharacters (The Unicode Standard, section 23.7).
 */
final class Ignorables {
    private static final int FIRST = 0xAD;
    /** First and last code point of each range, ascending. */
    private static final int[] RANGES = {
        0xAD, 0xAD, 0x34F, 0x34F, 0x61C, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F, 0x202A,
        0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFDD0, 0xFDEF, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0xFFF0,
        0xFFF8, 0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
    };

    private Ignorables() {}

    static boolean contain(int codePoint) {
        if (codePoint < FIRST) {
            return false;
        }
        if ((codePoint & 0xFFFE) == 0xFFFE) {
            return true;
        }
        int at = 0;
        while (at < RANGES.length && codePoint > RANGES[at + 1]) {
            at += 2;
        }
        return at < RANGES.length && codePoint >= RANGES[at];
    }
}
