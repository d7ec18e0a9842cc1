package io.policyengine.policies.access.ipfilter;

import io.policyengine.core.http.IpAddress;

/**
 * A block of addresses that share a prefix, such as {@code 10.0.0.0/8}, or a single address.
 *
 * @param first the lowest address of the block
 * @param prefix number of bits that all addresses share: at most 32 for IPv4, 128 for IPv6
 */
record Cidr(IpAddress first, int prefix) {
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    /** Number of bits before the IPv4 address in an IPv4-mapped IPv6 address. */
    private static final int MAPPED_BITS = 96;

    /** Parses a block of addresses; throws IllegalArgumentException, with a remedy, if the text is invalid. */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        IpAddress address = IpAddress.parse(written);
        if (address == null) {
            throw new IllegalArgumentException(
                    "an IP address or address block is expected, such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32");
        }
        boolean mapped = address.isV4() && written.indexOf(':') >= 0;
        int bits = address.isV4() && !mapped ? V4_BITS : V6_BITS;
        int length = slash < 0 ? bits : length(text.substring(slash + 1), bits);
        int prefix = mapped ? length - MAPPED_BITS : length;
        if (prefix < 0 || !isFirst(address, prefix)) {
            throw new IllegalArgumentException("the address has bits set after the first " + length
                    + ": write the first address of the block, or a longer prefix");
        }
        return new Cidr(address, prefix);
    }

    private static int length(String digits, int bits) {
        boolean number = !digits.isEmpty()
                && digits.length() <= 3
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        int length = number ? Integer.parseInt(digits) : bits + 1;
        if (length > bits) {
            throw new IllegalArgumentException("after the slash, a number of bits is expected, from 0 to " + bits);
        }
        return length;
    }

    private static boolean isFirst(IpAddress address, int prefix) {
        return (address.high() & highHostBits(address.isV4(), prefix)) == 0
                && (address.low() & lowHostBits(address.isV4(), prefix)) == 0;
    }

    /** Returns the last 64 bits of the block's highest address. */
    long lastLow() {
        return first.low() | lowHostBits(first.isV4(), prefix);
    }

    /** Returns the first 64 bits of the block's highest address. */
    long lastHigh() {
        return first.high() | highHostBits(first.isV4(), prefix);
    }

    private static long lowHostBits(boolean isV4, int prefix) {
        return ones(isV4 ? V4_BITS - prefix : Math.min(Long.SIZE, V6_BITS - prefix));
    }

    private static long highHostBits(boolean isV4, int prefix) {
        return isV4 ? 0 : ones(Math.max(0, Long.SIZE - prefix));
    }

    /**
     * Returns a number whose last {@code bits} bits are ones. Zero bits are a special case, since Java treats a shift
     * by 64 bits as a shift by 0.
     */
    private static long ones(int bits) {
        return bits == 0 ? 0 : -1L >>> (Long.SIZE - bits);
    }
}
