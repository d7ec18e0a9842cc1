package io.policyengine.admin.flight;

import io.netty.util.NetUtil;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A client address, or a network in CIDR notation. An IPv4 address that is mapped into IPv6 is the same as the IPv4
 * address.
 */
public final class AddressRange {
    private static final int V4_BYTES = 4;

    /** Length in bytes of {@code ::ffff:}, which precedes a mapped IPv4 address (RFC 4291 §2.5.5.2). */
    private static final int MAPPED_PREFIX = 12;

    /** Maximum digits of the length of a network's prefix. */
    private static final int MAX_DIGITS = 3;

    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /** Returns the range that a text describes, such as {@code 10.0.0.7} or {@code 10.0.0.0/8}; null if invalid. */
    public static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        int length = slash < 0 ? address.length * Byte.SIZE : number(text.substring(slash + 1));
        if (length < 0 || length > address.length * Byte.SIZE) {
            return null;
        }
        int ofPrefix = MAPPED_PREFIX * Byte.SIZE;
        return isMapped(address) && length >= ofPrefix
                ? new AddressRange(withoutPrefix(address), length - ofPrefix)
                : new AddressRange(address, length);
    }

    private static int number(String text) {
        boolean isNumber =
                !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(text) : -1;
    }

    /** Returns whether a client's address is in the range; false for a text that is no address. */
    public boolean contains(String client) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(client);
        if (address == null) {
            return false;
        }
        byte[] plain = isMapped(address) && network.length == V4_BYTES ? withoutPrefix(address) : address;
        if (plain.length != network.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        if (Arrays.mismatch(plain, 0, whole, network, 0, whole) >= 0) {
            return false;
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || ((plain[whole] ^ network[whole]) & 0xFF) >> (Byte.SIZE - rest) == 0;
    }

    private static boolean isMapped(byte[] address) {
        if (address.length == V4_BYTES) {
            return false;
        }
        for (int i = 0; i < MAPPED_PREFIX - 2; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[MAPPED_PREFIX - 2] == (byte) 0xFF && address[MAPPED_PREFIX - 1] == (byte) 0xFF;
    }

    private static byte[] withoutPrefix(byte[] mapped) {
        return Arrays.copyOfRange(mapped, MAPPED_PREFIX, mapped.length);
    }
}
