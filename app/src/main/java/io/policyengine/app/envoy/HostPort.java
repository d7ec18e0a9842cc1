package io.policyengine.app.envoy;

/**
 * A TCP address of a server.
 *
 * @param host a name, or an address without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    /** Maximum port number of a TCP address. */
    private static final int MAX_PORT = 65535;

    /**
     * Returns the address at which a client on the same machine reaches a server.
     *
     * @param address on which the server listens, possibly all addresses
     */
    public static HostPort ofListener(String address, int port) {
        return new HostPort(
                switch (address) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::" -> "::1";
                    default -> address;
                },
                port);
    }

    /** Returns {@code HOST:PORT}, with an IPv6 address in brackets. */
    public String text() {
        return bracketedHost() + ":" + port;
    }

    /** Returns the host as in a URL, with an IPv6 address in brackets. */
    public String bracketedHost() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /**
     * Parses {@code HOST:PORT}, with an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException if the text is not such an address; its message is meant for users
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || (host.indexOf(':') >= 0 && !bracketed)) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT, such as localhost:8080 or [::1]:8080");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 1 && port <= MAX_PORT) {
                return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, port);
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the message.
        }
        throw new IllegalArgumentException("'" + text + "' has no port of 1 to " + MAX_PORT);
    }
}
