package io.policyengine.policies.format.utf8;

/**
 * Checks that bytes above 0x7F are UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing above U+10FFFF. Takes
 * single bytes, so a text may be divided anywhere.
 */
public final class Utf8Check {
    private int left;
    private int min = 0x80;
    private int max = 0xBF;
    private int codePoint;

    /** Returns whether a character is incomplete. */
    public boolean isWithin() {
        return left > 0;
    }

    /**
     * Reads the next byte of a non-ASCII character, which is complete once {@link #isWithin} is false. Returns false if
     * the byte does not belong to the character; it may then begin another one.
     */
    public boolean take(int octet) {
        return left == 0 ? begin(octet) : goOn(octet);
    }

    /** Returns the last complete character. */
    public int codePoint() {
        return codePoint;
    }

    private boolean begin(int octet) {
        min = 0x80;
        max = 0xBF;
        if (octet >= 0xC2 && octet <= 0xDF) {
            left = 1;
            codePoint = octet & 0x1F;
        } else if (octet >= 0xE0 && octet <= 0xEF) {
            left = 2;
            codePoint = octet & 0x0F;
            min = octet == 0xE0 ? 0xA0 : 0x80;
            max = octet == 0xED ? 0x9F : 0xBF;
        } else if (octet >= 0xF0 && octet <= 0xF4) {
            left = 3;
            codePoint = octet & 0x07;
            min = octet == 0xF0 ? 0x90 : 0x80;
            max = octet == 0xF4 ? 0x8F : 0xBF;
        } else {
            return false;
        }
        return true;
    }

    private boolean goOn(int octet) {
        if (octet < min || octet > max) {
            left = 0;
            return false;
        }
        min = 0x80;
        max = 0xBF;
        codePoint = (codePoint << 6) | (octet & 0x3F);
        left--;
        return true;
    }
}
