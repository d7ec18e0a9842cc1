package io.policyengine.core.http;

import java.util.Locale;

/**
 * Faults of a request path, most serious first: each may make another server read a different path than the engine
 * does. Sources: RFC 3986 §2, §3.3, §6.2.2, RFC 9112 §3.2, WHATWG's URL standard, and known servers and proxies.
 */
public enum PathFault {
    /** The target does not begin with a slash, or is {@code *} although the method is not OPTIONS. */
    NOT_ORIGIN_FORM(false),
    /** A control character, encoded or not, or unencoded white space. */
    CONTROL_CHARACTER(false),
    /** A segment {@code .} or {@code ..}: in any encoding, before parameters, or between backslashes. */
    DOT_SEGMENT(false),
    /** A percent sign without two hexadecimal digits. */
    MALFORMED_ENCODING(false),
    /** A character in more octets of UTF-8 than it needs. Some decoders convert such octets to a dot or a slash. */
    OVERLONG_UTF8(false),
    /** More than three levels of encoding. */
    DEEP_ENCODING(false),
    /** An unencoded backslash, which browsers and servers on Windows treat as a slash. */
    BACKSLASH(false),
    /** An unencoded number sign, although a request target has no fragment. */
    FRAGMENT(false),
    ENCODED_SLASH(true),
    ENCODED_BACKSLASH(true),
    /** An encoded percent sign that, once decoded, begins another escape. */
    DOUBLE_ENCODING(true),
    /** A semicolon, encoded or not. Servlet containers drop it together with the rest of the segment. */
    PATH_PARAMETER(true),
    /** An empty segment. Many servers merge consecutive slashes. */
    EMPTY_SEGMENT(true),
    /** An encoded letter, digit, {@code -}, {@code .}, {@code _} or {@code ~}. */
    ENCODED_UNRESERVED(true),
    /** An encoded question mark or number sign, which would end the path once decoded. */
    ENCODED_DELIMITER(true),
    /** Octets, encoded or not, that are not valid UTF-8. */
    INVALID_UTF8(true),
    /** An unencoded octet beyond ASCII. */
    NON_ASCII(true),
    /** A character that compatibility mappings (NFKC, Windows code pages) turn into a dot or a path delimiter. */
    LOOKALIKE(true),
    /** A segment that ends in a dot or an encoded space. Windows drops trailing dots and spaces. */
    TRAILING_DOT(true);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final boolean allowable;

    PathFault(boolean allowable) {
        this.allowable = allowable;
    }

    /** The name of the fault in configuration, logs and metrics, such as {@code encoded_slash}. */
    public String text() {
        return text;
    }

    /**
     * True if honest clients may send paths with this fault. {@link PathRules#LENIENT} accepts the fault, and a route
     * may allow it.
     */
    public boolean isAllowable() {
        return allowable;
    }
}
