package io.policyengine.policies.authentication.shared.jwt;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Decodes base64url by RFC 7515 §2: without padding, other alphabets or blanks, and with zeros in unused bits. Each
 * sequence of octets therefore has exactly one encoding.
 */
final class StrictBase64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private StrictBase64Url() {}

    /** Returns the decoded octets, or null if the text is not their canonical encoding. */
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

    /** Returns whether the last character has non-zero bits that are not part of any octet. */
    private static boolean hasLooseBits(String text, int rest) {
        if (rest == 0) {
            return false;
        }
        int last = ALPHABET.indexOf(text.charAt(text.length() - 1));
        return (last & (rest == 2 ? 0x0F : 0x03)) != 0;
    }
}
