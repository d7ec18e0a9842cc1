package io.policyengine.core.http;

import org.jspecify.annotations.Nullable;

/**
 * An IP address. An IPv4-mapped IPv6 address ({@code ::ffff:10.1.2.3}, RFC 4291 §2.5.5.2) is treated as an IPv4
 * address. The form {@code ::10.1.2.3}, which RFC 4291 deprecates, is an IPv6 address.
 *
 * @param high the first 64 bits; 0 for IPv4
 * @param low the last 64 bits; for IPv4 the 32 bits of the address
 */
public record IpAddress(boolean isV4, long high, long low) {
    private static final int GROUPS = 8;

    /** Maximum length of the text of an IP address, in characters. */
    private static final int LONGEST = 45;

    private static final long MAPPED = 0xFFFF;

    /**
     * Parses an IPv6 address in a form of RFC 4291 §2.2, or an IPv4 address of four decimal numbers. Returns null for
     * any other text, such as octal or hexadecimal numbers, fewer than four numbers, leading zeros, and digits of other
     * scripts. Zones, ports, brackets, blanks and second addresses are not accepted.
     */
    public static @Nullable IpAddress parse(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        if (text.indexOf(':') >= 0) {
            return v6(text);
        }
        long value = v4(text, 0);
        return value < 0 ? null : new IpAddress(true, 0, value);
    }

    /** Parses the rest of the text as an IPv4 address; returns -1 if it is invalid. */
    private static long v4(String text, int from) {
        long value = 0;
        int number = -1;
        int dots = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && number >= 0 && dots < 3) {
                value = value << 8 | number;
                number = -1;
                dots++;
            } else if (c >= '0' && c <= '9' && number != 0) {
                number = Math.max(number, 0) * 10 + c - '0';
            } else {
                return -1;
            }
            if (number > 0xFF) {
                return -1;
            }
        }
        return dots == 3 && number >= 0 ? value << 8 | number : -1;
    }

    private static @Nullable IpAddress v6(String text) {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length()) {
            int colon = text.indexOf(':', at);
            int end = colon < 0 ? text.length() : colon;
            int group = group(text, at, end);
            if (group >= 0 && count < GROUPS) {
                groups[count++] = group;
            } else {
                long tail = colon < 0 && count <= GROUPS - 2 ? v4(text, at) : -1;
                if (tail < 0) {
                    return null;
                }
                groups[count++] = (int) (tail >>> 16);
                groups[count++] = (int) (tail & 0xFFFF);
            }
            at = end + 1;
            if (colon >= 0 && at == text.length()) {
                return null;
            }
            if (colon >= 0 && text.charAt(at) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = count;
                at++;
            }
        }
        if (gap < 0 ? count != GROUPS : count == GROUPS) {
            return null;
        }
        return of(groups, count, gap);
    }

    /** Parses one to four hexadecimal digits; returns -1 if they are invalid. */
    private static int group(String text, int from, int to) {
        if (to == from || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = hex(text.charAt(i));
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /**
     * Returns the value of an ASCII hexadecimal digit, or -1. {@link Character#digit} would accept digits of other
     * scripts.
     */
    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = c | 0x20;
        return c < 0x80 && letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    private static IpAddress of(int[] groups, int count, int gap) {
        long high = 0;
        long low = 0;
        int zeros = gap < 0 ? 0 : GROUPS - count;
        for (int i = 0; i < GROUPS; i++) {
            int from = gap < 0 || i < gap ? i : i - zeros;
            long group = from < 0 || (gap >= 0 && i >= gap && i < gap + zeros) ? 0 : groups[from];
            high = high << 16 | low >>> 48;
            low = low << 16 | group;
        }
        return high == 0 && low >>> 32 == MAPPED
                ? new IpAddress(true, 0, low & 0xFFFF_FFFFL)
                : new IpAddress(false, high, low);
    }
}
