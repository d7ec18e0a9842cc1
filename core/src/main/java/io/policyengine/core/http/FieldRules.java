package io.policyengine.core.http;

import java.util.Set;

/**
 * Checks field names, field values and methods by the rules of RFC 9110, and knows which fields only the transport may
 * set.
 */
public final class FieldRules {
    /**
     * Fields that frame a message or control a connection (RFC 9110 §7.6.1, RFC 9113 §8.2.2). Only the transport may
     * set them.
     */
    private static final Set<String> FRAMING = Set.of(
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "upgrade",
            "te",
            "trailer");

    /**
     * Fields that must not be sent in trailers, because a recipient needs them before the content (RFC 9110 §6.5.1):
     * authentication, cookies, content metadata.
     */
    private static final Set<String> HEADERS_ONLY = Set.of(
            "authorization",
            "proxy-authorization",
            "www-authenticate",
            "proxy-authenticate",
            "cookie",
            "set-cookie",
            "content-encoding",
            "content-type",
            "content-range",
            "cache-control",
            "location",
            "vary");

    private static final boolean[] TOKEN = tokenChars();

    private FieldRules() {}

    /** Returns whether the text is a token (RFC 9110 §5.6.2). Field names and methods must be tokens. */
    public static boolean isToken(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether the octets are a valid field value, that is, without control characters except tab (RFC 9110
     * §5.5).
     */
    public static boolean isFieldValue(String octets) {
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            if (c > 0xFF || (c < 0x20 && c != '\t') || c == 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the field with this lower-case name frames the message or controls the connection. */
    public static boolean isFraming(String lowerCaseName) {
        return FRAMING.contains(lowerCaseName);
    }

    /** Returns whether the field with this lower-case name must not be sent in trailers. */
    public static boolean isHeadersOnly(String lowerCaseName) {
        return HEADERS_ONLY.contains(lowerCaseName);
    }

    private static boolean isTokenChar(char c) {
        return c < TOKEN.length && TOKEN[c];
    }

    private static boolean[] tokenChars() {
        boolean[] token = new boolean[128];
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~"
                .chars()
                .forEach(c -> token[c] = true);
        return token;
    }
}
