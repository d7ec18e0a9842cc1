package io.policyengine.core.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a server of a store.
 * @param tls true for rediss
 * @param host a name or an address (IPv6 without brackets)
 * @param port null if absent
 * @param database null if absent
 */
public record StoreUrl(
        boolean tls,
        String host,
        @Nullable Integer port,
        @Nullable String username,
        @Nullable String password,
        @Nullable Integer database) {
    /** Maximum length of the URL of a store, in characters. */
    private static final int MAX_LENGTH = 2_048;

    /** Maximum number of a database in the URL of a store. */
    private static final int MAX_DATABASE = 65_535;

    private static final String FORM = "write redis://HOST:PORT or rediss://HOST:PORT";

    /**
     * Parses a URL.
     * @throws IllegalArgumentException if the text is invalid. The message says how to correct it, but contains no part
     *     of the URL, which may contain a password
     */
    public static StoreUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException(
                    "not a URL: a character at index " + malformed.getIndex() + " has to be percent-encoded; " + FORM);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("redis") && !scheme.equals("rediss")) {
            throw new IllegalArgumentException("not the URL of a store: " + FORM);
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535 || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("not the URL of a store: " + FORM);
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("the URL of a store must have neither query nor fragment: " + FORM);
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = user.indexOf(':');
        return new StoreUrl(
                scheme.equals("rediss"),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? null : uri.getPort(),
                decoded(colon < 0 ? user : user.substring(0, colon)),
                colon < 0 ? null : decoded(user.substring(colon + 1)),
                database(uri.getRawPath()));
    }

    private static @Nullable String decoded(String text) {
        return text.isEmpty() ? null : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static @Nullable Integer database(String path) {
        if (path.isEmpty() || path.equals("/")) {
            return null;
        }
        String digits = path.substring(1);
        if (digits.length() > 5 || !digits.chars().allMatch(each -> each >= '0' && each <= '9')) {
            throw new IllegalArgumentException(
                    "the path of a store's URL must be the number of a database, such as " + "/1");
        }
        int number = Integer.parseInt(digits);
        if (number > MAX_DATABASE) {
            throw new IllegalArgumentException("the number of a database is at most " + MAX_DATABASE);
        }
        return number;
    }

    /** Omits the credentials. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://")
                + (host.indexOf(':') < 0 ? host : "[" + host + "]")
                + (port == null ? "" : ":" + port);
    }
}
