package io.policyengine.policies.format.multipart;

import java.util.Arrays;

/**
 * The decoder of base64 (RFC 2045 §6.8). Accepts only octets of the alphabet, in groups of four, with padding at the
 * end, and line ends anywhere. Some decoders skip other octets and others do not, so their results could differ.
 */
final class Base64Decoder implements TransferDecoder {
    private static final int GROUP = 4;
    private static final int PADDING = 64;
    private static final int OTHER = -1;
    private static final int[] DIGITS = new int[256];

    static {
        Arrays.fill(DIGITS, OTHER);
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < digits.length(); i++) {
            DIGITS[digits.charAt(i)] = i;
        }
        DIGITS['='] = PADDING;
    }

    private int bits;
    private int inGroup;
    private int padding;

    @Override
    public int take(int octet) throws MultipartFault {
        if (octet == '\r' || octet == '\n') {
            return NONE;
        }
        int digit = DIGITS[octet];
        boolean isMisplaced = digit == PADDING ? padding == 0 && inGroup < 2 : padding > 0;
        if (digit == OTHER || isMisplaced || (inGroup == 0 && padding > 0)) {
            throw malformed();
        }
        int place = inGroup;
        inGroup = (inGroup + 1) % GROUP;
        if (digit == PADDING) {
            padding++;
            return NONE;
        }
        bits = ((bits << 6) | digit) & 0xFFFFFF;
        return place == 0 ? NONE : (bits >> (2 * (GROUP - 1 - place))) & 0xFF;
    }

    @Override
    public void end() throws MultipartFault {
        if (inGroup != 0) {
            throw malformed();
        }
    }

    @Override
    public boolean isBetween() {
        return inGroup == 0 || padding > 0;
    }

    private static MultipartFault malformed() {
        return MultipartFault.malformed("the content of a part is not valid base64, the encoding that the part states");
    }
}
