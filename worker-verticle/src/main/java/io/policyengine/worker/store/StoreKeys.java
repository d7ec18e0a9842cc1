package io.policyengine.worker.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The keys of one policy in one scope: {@code PREFIX POLICY : SCOPE :{ SLOT }: NAME}. The text in braces is the hash
 * tag: a Redis Cluster keeps all keys with the same tag together. Keys of different policies or scopes never coincide.
 * Special characters in a part are escaped, or a digest that begins with a special character replaces the part.
 */
final class StoreKeys {
    /** Maximum length of a part of a key, in characters; a longer part is replaced by its digest. */
    private static final int MAX_PART = 100;

    private static final String DIGEST = "#";

    private final byte[] head;

    private StoreKeys(String prefix, String policy, String scope) {
        this.head = (prefix + part(policy) + ":" + scope + ":{").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Creates the keys for the values of one entry of a route. */
    static StoreKeys ofEntry(String prefix, String policy, String route, String entry) {
        return new StoreKeys(prefix, policy, part(route) + "/" + part(entry));
    }

    /** Creates the keys for the values that all entries of the policy with this scope share. */
    static StoreKeys ofScope(String prefix, String policy, String scope) {
        return new StoreKeys(prefix, policy, "@" + part(scope));
    }

    /**
     * Returns the hash tag of a slot: the slot's name if it is short and has no special characters, otherwise its
     * digest.
     */
    static String tag(String slot) {
        return isPlain(slot) ? slot : digest(slot);
    }

    byte[] key(String tag, String name) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[head.length + tag.length() + 2 + octets.length];
        System.arraycopy(head, 0, key, 0, head.length);
        int at = head.length;
        for (int i = 0; i < tag.length(); i++) {
            key[at++] = (byte) tag.charAt(i);
        }
        key[at++] = '}';
        key[at++] = ':';
        System.arraycopy(octets, 0, key, at, octets.length);
        return key;
    }

    private static String part(String text) {
        if (isPlainPart(text)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (isName(octet)) {
                escaped.append((char) octet);
            } else {
                escaped.append('%').append(Character.forDigit((octet >> 4) & 0xF, 16));
                escaped.append(Character.forDigit(octet & 0xF, 16));
            }
        }
        return escaped.isEmpty() || escaped.length() > MAX_PART ? digest(text) : escaped.toString();
    }

    private static boolean isPlainPart(String text) {
        return !text.isEmpty() && text.length() <= MAX_PART && text.chars().allMatch(StoreKeys::isName);
    }

    private static boolean isPlain(String slot) {
        if (slot.isEmpty() || slot.length() > MAX_PART || slot.startsWith(DIGEST)) {
            return false;
        }
        for (int i = 0; i < slot.length(); i++) {
            char each = slot.charAt(i);
            if (each <= ' ' || each > '~' || each == '{' || each == '}') {
                return false;
            }
        }
        return true;
    }

    private static boolean isName(int each) {
        return (each >= 'a' && each <= 'z')
                || (each >= 'A' && each <= 'Z')
                || (each >= '0' && each <= '9')
                || each == '.'
                || each == '_'
                || each == '-';
    }

    private static String digest(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return DIGEST + Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java runtime has SHA-256", absent);
        }
    }
}
