package io.policyengine.policies.shared.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest as a value. The timing of a lookup by digest reveals nothing useful, since an attacker cannot choose
 * texts by their digests.
 */
public record Sha256(long first, long second, long third, long fourth) {
    private static final int HEX_LENGTH = 64;

    /** Returns the digest of the concatenated parts. */
    public static Sha256 of(byte[]... parts) {
        MessageDigest digest = newDigest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return fromBytes(digest.digest());
    }

    /**
     * Parses a digest in hexadecimal, in either case.
     *
     * @throws IllegalArgumentException if the text is not 64 hexadecimal digits; the message does not quote it
     */
    public static Sha256 fromHex(String hex) {
        if (hex.length() != HEX_LENGTH || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("not 64 hexadecimal digits");
        }
        return fromBytes(HexFormat.of().parseHex(hex));
    }

    /** Returns 64 lower-case hexadecimal digits. */
    public String toHex() {
        return HexFormat.of().toHexDigits(first)
                + HexFormat.of().toHexDigits(second)
                + HexFormat.of().toHexDigits(third)
                + HexFormat.of().toHexDigits(fourth);
    }

    @Override
    public int hashCode() {
        return (int) first;
    }

    /** Returns a text that does not contain the digest, since the digest could disclose a weak secret. */
    @Override
    public String toString() {
        return "Sha256[***]";
    }

    private static Sha256 fromBytes(byte[] bytes) {
        ByteBuffer longs = ByteBuffer.wrap(bytes);
        return new Sha256(longs.getLong(), longs.getLong(), longs.getLong(), longs.getLong());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
