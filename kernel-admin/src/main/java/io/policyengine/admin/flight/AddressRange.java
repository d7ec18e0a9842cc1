package io.policyengine.admin.flight;

import io.policyengine.core.http.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client address, or a network in CIDR notation. An IPv4 address that is mapped into IPv6 is equal to the IPv4
 * address. A network may be written with any of its addresses. Lists of {@code ipFilter} do not permit this, because
 * there it is probably a mistake.
 */
public final class AddressRange {
    /** The pattern of texts that callers may send. {@link #parse} accepts every text that matches it. */
    public static final String PATTERN =
            "^(" + v4() + "(/(3[0-2]|[12]?[0-9]))?|(" + v6() + ")(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$";

    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    /** Length in bits of the prefix {@code ::ffff:} of a mapped IPv4 address (RFC 4291 §2.5.5.2). */
    private static final int MAPPED_BITS = 96;

    private static final long MAPPED = 0xFFFF_0000_0000L;

    /** Maximum digits of a network's prefix length. */
    private static final int MAX_DIGITS = 3;

    private final IpAddress network;
    private final int bits;

    private AddressRange(IpAddress network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    private static String v4() {
        String number = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
        return "(" + number + "\\.){3}" + number;
    }

    /**
     * Returns the pattern of {@code IPv6address} (RFC 3986 §3.2.2). Its alternatives differ in the groups after
     * {@code ::}.
     */
    private static String v6() {
        String group = "[0-9A-Fa-f]{1,4}";
        String lastTwo = "(" + group + ":" + group + "|" + v4() + ")";
        StringBuilder form = new StringBuilder("(" + group + ":){6}" + lastTwo);
        for (int before = 0; before <= 7; before++) {
            String start = before == 0 ? "" : "((" + group + ":){0," + (before - 1) + "}" + group + ")?";
            int after = 7 - before;
            String end = after < 2 ? group.repeat(after) : "(" + group + ":){" + (after - 2) + "}" + lastTwo;
            form.append('|').append(start).append("::").append(end);
        }
        return form.toString();
    }

    /** Returns the range that a text describes, such as {@code 10.0.0.7} or {@code 10.0.0.0/8}; null if invalid. */
    public static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        IpAddress address = IpAddress.parse(written);
        if (address == null) {
            return null;
        }
        boolean isMapped = isMapped(address, written);
        int max = address.isV4() && !isMapped ? V4_BITS : V6_BITS;
        int length = slash < 0 ? max : number(text.substring(slash + 1));
        if (length < 0 || length > max) {
            return null;
        }
        if (isMapped) {
            return length < MAPPED_BITS
                    ? new AddressRange(mapped(address), length)
                    : new AddressRange(address, length - MAPPED_BITS);
        }
        return new AddressRange(address, length);
    }

    private static int number(String text) {
        boolean isNumber =
                !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(text) : -1;
    }

    /** Returns whether a client's address is in the range; false for a text that is no address. */
    public boolean contains(String client) {
        int zone = client.indexOf('%');
        IpAddress address = IpAddress.parse(zone < 0 ? client : client.substring(0, zone));
        if (address == null) {
            return false;
        }
        IpAddress its = !network.isV4() && isMapped(address, client) ? mapped(address) : address;
        if (its.isV4() != network.isV4()) {
            return false;
        }
        return network.isV4()
                ? (its.low() ^ network.low()) >>> (V4_BITS - bits) == 0
                : isAlike(its.high(), network.high(), bits)
                        && isAlike(its.low(), network.low(), Math.max(0, bits - Long.SIZE));
    }

    /** Returns whether the first {@code first} bits of two numbers are equal. With 64 or more, compares all bits. */
    private static boolean isAlike(long one, long other, int first) {
        return first == 0 || (one ^ other) >>> Math.max(0, Long.SIZE - first) == 0;
    }

    private static boolean isMapped(IpAddress address, String written) {
        return address.isV4() && written.indexOf(':') >= 0;
    }

    /** Returns the IPv6 address into which an IPv4 address is mapped. */
    private static IpAddress mapped(IpAddress v4) {
        return new IpAddress(false, 0, MAPPED | v4.low());
    }
}
