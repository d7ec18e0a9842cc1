package io.policyengine.policies.authentication.basicauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The {@code $apr1$} scheme of htpasswd: a thousand rounds of MD5. It is weak, but most htpasswd files use it. */
final class Apr1Crypt {
    static final String PREFIX = "$apr1$";

    private static final int ROUNDS = 1000;
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    /** Indices of the digest octets that form each group of four characters. */
    private static final int[][] GROUPS = {{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}};

    private Apr1Crypt() {}

    static String hash(byte[] password, String salt) {
        byte[] saltBytes = salt.getBytes(StandardCharsets.ISO_8859_1);
        byte[] state = start(password, saltBytes);
        for (int round = 0; round < ROUNDS; round++) {
            state = round(round, state, password, saltBytes);
        }
        return PREFIX + salt + "$" + encode(state);
    }

    private static byte[] start(byte[] password, byte[] salt) {
        MessageDigest inner = PasswordHash.digest("MD5");
        inner.update(password);
        inner.update(salt);
        byte[] mixed = inner.digest(password);
        MessageDigest outer = PasswordHash.digest("MD5");
        outer.update(password);
        outer.update(PREFIX.getBytes(StandardCharsets.ISO_8859_1));
        outer.update(salt);
        for (int left = password.length; left > 0; left -= mixed.length) {
            outer.update(mixed, 0, Math.min(left, mixed.length));
        }
        for (int bits = password.length; bits > 0; bits >>= 1) {
            outer.update((bits & 1) == 1 ? 0 : password[0]);
        }
        return outer.digest();
    }

    private static byte[] round(int round, byte[] state, byte[] password, byte[] salt) {
        boolean odd = (round & 1) == 1;
        MessageDigest digest = PasswordHash.digest("MD5");
        digest.update(odd ? password : state);
        if (round % 3 != 0) {
            digest.update(salt);
        }
        if (round % 7 != 0) {
            digest.update(password);
        }
        return digest.digest(odd ? state : password);
    }

    private static String encode(byte[] state) {
        StringBuilder text = new StringBuilder(22);
        for (int[] group : GROUPS) {
            append(text, (state[group[0]] & 0xFF) << 16 | (state[group[1]] & 0xFF) << 8 | (state[group[2]] & 0xFF), 4);
        }
        append(text, state[11] & 0xFF, 2);
        return text.toString();
    }

    private static void append(StringBuilder text, int bits, int count) {
        for (int i = 0; i < count; i++) {
            text.append(ALPHABET.charAt(bits >> (6 * i) & 0x3F));
        }
    }
}
