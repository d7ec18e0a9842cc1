package io.policyengine.policies.format.parts;

import java.util.Arrays;

/**
 * The scan of what is in base64 (RFC 2045 §6.8, RFC 4648 §5), decoded. What is no digit is passed over, as lenient readers do, padding
 * included: several pieces one after the other are not told apart.
 */
final class Base64Scan<E extends Exception> implements OctetScan<E> {
    private static final int[] DIGITS = new int[128];

    static {
        Arrays.fill(DIGITS, -1);
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < digits.length(); i++) {
            DIGITS[digits.charAt(i)] = i;
        }
        DIGITS['-'] = 62;
        DIGITS['_'] = 63;
    }

    private final OctetScan<E> scan;
    private int bits;
    private int digits;

    Base64Scan(OctetScan<E> scan) {
        this.scan = scan;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws E {
        byte[] decoded = new byte[((end - start) * 3 + 3) / 4 + 1];
        int length = 0;
        for (int i = start; i < end; i++) {
            int digit = bytes[i] < 0 ? -1 : DIGITS[bytes[i]];
            if (digit >= 0) {
                bits = ((bits << 6) | digit) & 0xFFFFFF;
                digits = (digits + 1) & 3;
                if (digits != 1) {
                    decoded[length++] = (byte) (bits >> (digits == 2 ? 4 : digits == 3 ? 2 : 0));
                }
            }
        }
        scan.take(decoded, 0, length);
    }

    @Override
    public long heldBytes() {
        return scan.heldBytes();
    }
}
