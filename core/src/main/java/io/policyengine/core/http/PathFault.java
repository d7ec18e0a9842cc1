package io.policyengine.core.http;

import java.util.Locale;

/**
 * A spelling of a request path that another server may read as another path, the gravest first. Sources: RFC 3986 §2, §3.3 and
 * §6.2.2, RFC 9112 §3.2, the URL standard of WHATWG, and what servlet containers, IIS and decoding proxies do.
 */
public enum PathFault {
    /** A target that does not begin with a slash, or {@code *} where the method is not OPTIONS. */
    NOT_ORIGIN_FORM(false),
    /** A control character, plain or encoded, or plain white space. */
    CONTROL_CHARACTER(false),
    /** A segment that is {@code .} or {@code ..}, however encoded, or becomes so without its parameters, or by backslashes. */
    DOT_SEGMENT(false),
    /** A percent sign without two hexadecimal digits. */
    MALFORMED_ENCODING(false),
    /** UTF-8 with more octets than a character needs: some decoders make a dot or a slash of it. */
    OVERLONG_UTF8(false),
    /** Encoded more than three times. */
    DEEP_ENCODING(false),
    /** A plain backslash: browsers, and servers on Windows, take it for a slash. */
    BACKSLASH(false),
    /** A plain number sign: no target has a fragment. */
    FRAGMENT(false),
    /** An encoded slash. */
    ENCODED_SLASH(true),
    /** An encoded backslash. */
    ENCODED_BACKSLASH(true),
    /** An encoded percent sign before what would be decoded with it. */
    DOUBLE_ENCODING(true),
    /** A semicolon, plain or encoded: servlet containers drop it with what follows in the segment. */
    PATH_PARAMETER(true),
    /** A segment without a character: many servers merge slashes. */
    EMPTY_SEGMENT(true),
    /** A letter, digit, {@code - . _} or {@code ~} that is encoded. */
    ENCODED_UNRESERVED(true),
    /** An encoded question mark or number sign: decoded, it would end the path. */
    ENCODED_DELIMITER(true),
    /** Octets, plain or encoded, that are not UTF-8. */
    INVALID_UTF8(true),
    /** An octet beyond ASCII that is not encoded. */
    NON_ASCII(true),
    /** A character that compatibility mappings (NFKC, Windows code pages) turn into one that separates or ends paths, or a dot. */
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

    /** True if honest clients may have it: {@link PathRules#LENIENT} lets it pass, and a route may allow it. */
    public boolean isAllowable() {
        return allowable;
    }
}
