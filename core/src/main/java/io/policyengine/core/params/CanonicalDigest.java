package io.policyengine.core.params;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A SHA-256 digest of JSON that ignores white space, the order of members, and escapes. Each value is preceded by its
 * kind and length, so that different values never yield the same digest input. Numbers are compared by their digits, so
 * 1 and 1.0 have different digests. A lookup by digest may therefore miss a stored answer, but never finds a wrong one.
 */
public final class CanonicalDigest {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final MessageDigest digest = newDigest();

    private CanonicalDigest() {}

    /** Returns the digest of a value, as 43 characters. */
    public static String of(JsonNode value) {
        CanonicalDigest canonical = new CanonicalDigest();
        canonical.add(value);
        return canonical.text();
    }

    /** Returns the digest of a list of texts, as 43 characters. */
    public static String of(Iterable<String> texts) {
        CanonicalDigest canonical = new CanonicalDigest();
        texts.forEach(text -> canonical.add('s', text));
        return canonical.text();
    }

    private void add(JsonNode value) {
        if (value.isObject()) {
            Map<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            begin('o', members.size());
            members.forEach((name, member) -> {
                add('n', name);
                add(member);
            });
        } else if (value.isArray()) {
            begin('a', value.size());
            value.forEach(this::add);
        } else if (value.isString()) {
            add('s', value.stringValue());
        } else {
            add('v', value.toString());
        }
    }

    /**
     * Adds a text char by char. JSON can contain unpaired surrogates, which an encoding such as UTF-8 would make equal.
     */
    private void add(char kind, String text) {
        begin(kind, text.length());
        byte[] halves = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            halves[2 * i] = (byte) (text.charAt(i) >>> 8);
            halves[2 * i + 1] = (byte) text.charAt(i);
        }
        digest.update(halves);
    }

    private void begin(char kind, int size) {
        digest.update((byte) kind);
        digest.update((byte) (size >>> 24));
        digest.update((byte) (size >>> 16));
        digest.update((byte) (size >>> 8));
        digest.update((byte) size);
    }

    private String text() {
        return BASE64.encodeToString(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
