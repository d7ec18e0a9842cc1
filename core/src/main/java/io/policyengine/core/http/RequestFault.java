package io.policyengine.core.http;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Faults of a request's method or authority. The upstream may read them differently than a policy's condition does, so
 * that a client could bypass the policy. Sources: RFC 9110 §9.1 and §7.2, RFC 3986 §3.2.
 */
public enum RequestFault {
    /** A standard method in another letter case, such as {@code post}, which many upstreams treat as POST. */
    METHOD_CASE,
    /**
     * An authority that is not a host with an optional port: it is empty, is a list, or has an empty label or port, a
     * user name, or encoded octets.
     */
    MALFORMED_AUTHORITY;

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /** Maximum number of digits of the port in a request's authority. */
    private static final int MAX_DIGITS_OF_PORT = 5;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name of the fault in responses, logs and metrics, such as {@code method_case}. */
    public String text() {
        return text;
    }

    /**
     * Returns the fault of a request's method or authority, or null.
     *
     * @param method empty if unknown
     * @param authority octets; null if unknown or missing
     */
    static @Nullable RequestFault in(String method, @Nullable String authority) {
        if (!METHODS.contains(method) && METHODS.contains(method.toUpperCase(Locale.ROOT))) {
            return METHOD_CASE;
        }
        return authority == null || isAuthority(authority) ? null : MALFORMED_AUTHORITY;
    }

    private static boolean isAuthority(String authority) {
        int hostEnd = authority.startsWith("[") ? addressEnd(authority) : nameEnd(authority);
        return hostEnd > 0 && isPort(authority, hostEnd);
    }

    /** Returns the end of the bracketed IPv6 address at the start of the authority, or -1 if there is none. */
    private static int addressEnd(String authority) {
        int end = authority.indexOf(']');
        for (int i = 1; i < end; i++) {
            char c = authority.charAt(i);
            if (c != ':' && c != '.' && PathOctets.hex(c) < 0) {
                return -1;
            }
        }
        return end > 1 ? end + 1 : -1;
    }

    /**
     * Returns the end of the name or IPv4 address at the start of the authority, or -1 if there is none. A final dot is
     * allowed.
     */
    private static int nameEnd(String authority) {
        int colon = authority.indexOf(':');
        int end = colon < 0 ? authority.length() : colon;
        char before = '.';
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            if (c == '.' ? before == '.' : !isOfName(c)) {
                return -1;
            }
            before = c;
        }
        return end;
    }

    private static boolean isOfName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '~';
    }

    /** Returns whether the rest of the authority is empty, or a colon and a port number. */
    private static boolean isPort(String authority, int at) {
        int digits = authority.length() - at - 1;
        if (digits < 0) {
            return true;
        }
        if (authority.charAt(at) != ':' || digits == 0 || digits > MAX_DIGITS_OF_PORT) {
            return false;
        }
        for (int i = at + 1; i < authority.length(); i++) {
            if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
