package io.policyengine.app.envoy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * The paths that a route of Envoy matches.
 *
 * @param text the path in normal form: percent-encoded only where required, with upper-case hexadecimal digits
 * @param extent whether the route also matches longer paths
 */
record RoutePath(String text, Extent extent) {
    /**
     * The characters that clients may send plain or percent-encoded, and that Envoy forwards unchanged. These are
     * reserved characters (RFC 3986 §2.2), and characters that are invalid in URLs.
     */
    private static final String EITHER = "!\"$&'()*+,:;<=>@[]^`{|}";

    enum Extent {
        WHOLE,
        /** The path and all paths below it. */
        BELOW,
        /** All paths that begin with the text. */
        BEGINNING
    }

    /** Returns the path of a name and all paths below that path. */
    static RoutePath andBelow(String name) {
        return new RoutePath(normal(name), name.endsWith("/") ? Extent.BEGINNING : Extent.BELOW);
    }

    static RoutePath beginning(String prefix) {
        return new RoutePath(normal(prefix), Extent.BEGINNING);
    }

    static RoutePath whole(String name) {
        return new RoutePath(normal(name), Extent.WHOLE);
    }

    boolean isCatchAll() {
        return text.equals("/") && extent == Extent.BEGINNING;
    }

    /** Returns whether clients can spell the path in several ways. */
    boolean isPattern() {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (EITHER.indexOf(c) >= 0 || (c == '%' && isEncoded(text, at) && !hasDigitsOnly(at))) {
                return true;
            }
        }
        return false;
    }

    /** Returns Envoy's match (route_components.proto): literal, or a regular expression for several spellings. */
    ObjectNode match() {
        ObjectNode match = Nodes.empty();
        if (isPattern()) {
            match.putObject("safe_regex").put("regex", pattern());
        } else {
            match.put(
                    switch (extent) {
                        case WHOLE -> "path";
                        // Does not match /usersX for /users.
                        case BELOW -> "path_separated_prefix";
                        case BEGINNING -> "prefix";
                    },
                    text);
        }
        return match;
    }

    private String pattern() {
        StringBuilder pattern = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (EITHER.indexOf(c) >= 0) {
                pattern.append("(?:\\")
                        .append(c)
                        .append('|')
                        .append(anyCase(encoded(c)))
                        .append(')');
            } else if (c == '%' && isEncoded(text, at)) {
                pattern.append(anyCase(text.substring(at, at + 3)));
                at += 2;
            } else {
                pattern.append(c == '.' ? "\\." : String.valueOf(c));
            }
        }
        return pattern.append(
                        switch (extent) {
                            case WHOLE -> "";
                            case BELOW -> "(?:/.*)?";
                            case BEGINNING -> ".*";
                        })
                .toString();
    }

    private boolean hasDigitsOnly(int at) {
        return Character.isDigit(text.charAt(at + 1)) && Character.isDigit(text.charAt(at + 2));
    }

    private static String anyCase(String encoded) {
        StringBuilder any = new StringBuilder();
        for (int at = 0; at < encoded.length(); at++) {
            char c = encoded.charAt(at);
            if (Character.isLetter(c)) {
                any.append('[').append(c).append(Character.toLowerCase(c)).append(']');
            } else {
                any.append(c);
            }
        }
        return any.toString();
    }

    /** Converts a route name to the path that clients send, in normal form. */
    private static String normal(String name) {
        String path = name.startsWith("/") ? name : "/" + name;
        StringBuilder normal = new StringBuilder();
        for (int at = 0; at < path.length(); at += Character.charCount(path.codePointAt(at))) {
            int c = path.codePointAt(at);
            if (c == '%' && isEncoded(path, at)) {
                String encoded = path.substring(at, at + 3);
                char plain = (char) HexFormat.fromHexDigits(encoded, 1, 3);
                normal.append(EITHER.indexOf(plain) >= 0 ? String.valueOf(plain) : encoded.toUpperCase(Locale.ROOT));
                at += 2;
            } else if (c == ' ' || c >= 0x80) {
                normal.append(encoded(c));
            } else {
                normal.append((char) c);
            }
        }
        return normal.toString();
    }

    private static String encoded(int codePoint) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
        }
        return encoded.toString();
    }

    private static boolean isEncoded(String path, int at) {
        return at + 2 < path.length()
                && HexFormat.isHexDigit(path.charAt(at + 1))
                && HexFormat.isHexDigit(path.charAt(at + 2));
    }
}
