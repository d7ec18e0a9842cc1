package io.policyengine.core.callout;

import io.policyengine.core.net.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The address of a server: a TCP port or a Unix socket.
 * @param host a name or an address (IPv6 without brackets), or the absolute path of a Unix socket
 * @param port 0 for a Unix socket
 */
public record TargetAddress(String host, int port) {
    private static final String FORM = "write HOST:PORT, [IPV6]:PORT, or the absolute path of a Unix socket";

    /** Maximum length of a target's host name, in characters. */
    private static final int MAX_HOST = 253;

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException if the text is invalid; the message says how to correct it
     */
    public static TargetAddress parse(String text) {
        if (text.startsWith("/")) {
            if (text.indexOf('\0') >= 0 || text.getBytes(StandardCharsets.UTF_8).length > UnixSocket.MAX_PATH_OCTETS) {
                throw new IllegalArgumentException(
                        "the path of a Unix socket has at most " + UnixSocket.MAX_PATH_OCTETS + " bytes");
            }
            return new TargetAddress(text, 0);
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        if (isBracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (!isHost(host, isBracketed)) {
            throw new IllegalArgumentException("not the address of a server: " + FORM);
        }
        return new TargetAddress(host.toLowerCase(Locale.ROOT), port(text.substring(colon + 1)));
    }

    private static boolean isHost(String host, boolean isBracketed) {
        return !host.isEmpty()
                && host.length() <= MAX_HOST
                && (host.indexOf(':') >= 0) == isBracketed
                && host.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == ':');
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static int port(String digits) {
        boolean isNumber =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port from 1 to 65535: " + FORM);
        }
        return port;
    }

    public boolean isUnixSocket() {
        return port == 0;
    }

    /** Returns the address in the form that {@link #parse} accepts. */
    @Override
    public String toString() {
        return isUnixSocket() ? host : (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
