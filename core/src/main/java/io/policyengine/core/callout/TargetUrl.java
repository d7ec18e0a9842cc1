package io.policyengine.core.callout;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The URL of a target.
 * @param tls true for https
 * @param host a name or an address (IPv6 without brackets)
 * @param path path and query as sent; at least "/"
 */
public record TargetUrl(boolean tls, String host, int port, String path) {
    /** Maximum length of the URL of a target, in characters. */
    private static final int MAX_LENGTH = 2_048;

    /** Returns whether the text is written as a URL; otherwise it is the name of a target. */
    public static boolean isUrl(String text) {
        return text.contains("://");
    }

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException if the URL cannot be called; the message says how to correct it and contains no
     *     password
     */
    public static TargetUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("not a URL: " + malformed.getReason() + " at index "
                    + malformed.getIndex() + "; write http://HOST:PORT/PATH or https://HOST:PORT/PATH");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("not a URL that can be called: it must begin with http:// or https://");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "no user or password belongs in a URL; give them as a header, or as the" + " policy's parameters");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "a target's URL must have no fragment: remove '#' and everything " + "after it");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535 || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "not a URL that can be called: write http://HOST:PORT/PATH or https://HOST:PORT/PATH");
        }
        boolean tls = scheme.equals("https");
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new TargetUrl(
                tls,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort(),
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    /** The host as written in a URL or in the field Host: an IPv6 address has brackets (RFC 3986 §3.2.2). */
    public String writtenHost() {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    /** The origin (RFC 6454), always with its port. */
    public String origin() {
        return (tls ? "https://" : "http://") + writtenHost() + ":" + port;
    }

    /** Returns the path and query to send for a request. */
    public String pathOf(CalloutRequest request) {
        String below = request.path();
        if (below == null) {
            return path;
        }
        int query = path.indexOf('?');
        String base = query < 0 ? path : path.substring(0, query);
        return base.endsWith("/") && below.startsWith("/") ? base + below.substring(1) : base + below;
    }
}
