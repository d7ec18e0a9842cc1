package io.policyengine.policies.authentication.shared.jwt;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64url as RFC 7515 §2 means it: no padding, no other alphabet, no blanks, and no bits that stand for nothing. So each sequence of
 * octets has exactly one spelling.
 */
final class StrictBase64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private StrictBase64Url() {}

    /** The octets of this text, or null if it is not their one spelling. */
    static byte @Nullable [] decode(String text) {
        int rest = text.length() % 4;
        if (rest == 1 || text.indexOf('=') >= 0 || hasLooseBits(text, rest)) {
            return null;
        }
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException otherAlphabet) {
            return null;
        }
    }

    /** True if the last character has bits that belong to no octet and are not zero. */
    private static boolean hasLooseBits(String text, int rest) {
        if (rest == 0) {
            return false;
        }
        int last = ALPHABET.indexOf(text.charAt(text.length() - 1));
        return (last & (rest == 2 ? 0x0F : 0x03)) != 0;
    }
}
