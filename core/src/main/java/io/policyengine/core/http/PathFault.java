package io.policyengine.core.http;

import java.util.Locale;

/**
 * The spellings of a request path that other servers may read as a different path, most serious first. Sources: RFC
 * 3986 §2, §3.3, §6.2.2, RFC 9112 §3.2, WHATWG's URL standard, and known servers and proxies.
 */
public enum PathFault {
    /** A target that does not begin with a slash, or {@code *} where the method is not OPTIONS. */
    NOT_ORIGIN_FORM(false),
    /** A control character, plain or encoded, or plain white space. */
    CONTROL_CHARACTER(false),
    /** {@code .} or {@code ..}: in any encoding, before parameters, or between backslashes. */
    DOT_SEGMENT(false),
    /** A percent sign without two hexadecimal digits. */
    MALFORMED_ENCODING(false),
    /** UTF-8 with more octets than a character needs: some decoders produce a dot or a slash from it. */
    OVERLONG_UTF8(false),
    /** More than three levels of encoding. */
    DEEP_ENCODING(false),
    /** A plain backslash: browsers, and servers on Windows, take it for a slash. */
    BACKSLASH(false),
    /** A plain number sign: no target has a fragment. */
    FRAGMENT(false),
    ENCODED_SLASH(true),
    ENCODED_BACKSLASH(true),
    /** An encoded percent sign whose decoding yields another escape. */
    DOUBLE_ENCODING(true),
    /** A semicolon, plain or encoded: servlet containers drop it and the rest of the segment. */
    PATH_PARAMETER(true),
    /** An empty segment: many servers merge slashes. */
    EMPTY_SEGMENT(true),
    /** An encoded letter, digit, {@code -}, {@code .}, {@code _} or {@code ~}. */
    ENCODED_UNRESERVED(true),
    /** An encoded question mark or number sign: decoded, it would end the path. */
    ENCODED_DELIMITER(true),
    /** Octets, plain or encoded, that are not UTF-8. */
    INVALID_UTF8(true),
    /** An unencoded octet beyond ASCII. */
    NON_ASCII(true),
    /** A character that compatibility mappings (NFKC, Windows code pages) turn into a dot or a path delimiter. */
    LOOKALIKE(true),
    /** A segment that ends in a dot or an encoded space: Windows drops these. */
    TRAILING_DOT(true);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final boolean allowable;

    PathFault(boolean allowable) {
        this.allowable = allowable;
    }

    /** The name in configuration, log and metric: {@code encoded_slash}. */
    public String text() {
        return text;
    }

    /** True if honest clients may send it: {@link PathRules#LENIENT} accepts it, and a route may allow it. */
    public boolean isAllowable() {
        return allowable;
    }
}
