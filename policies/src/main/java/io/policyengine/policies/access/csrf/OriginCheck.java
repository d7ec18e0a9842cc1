package io.policyengine.policies.access.csrf;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;

/**
 * Compares an origin with the target of a request, as far as the engine knows the target: proxies may have changed
 * scheme and port.
 */
final class OriginCheck {
    static final String FORWARDED_PROTO = "x-forwarded-proto";
    static final String FORWARDED_PORT = "x-forwarded-port";

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private OriginCheck() {}

    /**
     * Returns whether the origin has the host and port of the request, and is not less secure. An {@code http} origin
     * does not match an {@code https} request. An {@code https} origin matches an {@code http} request, since TLS often
     * ends before Envoy. If a proxy has dropped the port, {@code X-Forwarded-Port} is used: no page can set this field
     * in a request to another origin.
     */
    static boolean isOriginOf(String origin, RequestView request) {
        boolean secure = origin.startsWith(HTTPS);
        if (!secure && (!origin.startsWith(HTTP) || cameByTls(request))) {
            return false;
        }
        String defaultPort = secure ? ":443" : ":80";
        String from = withoutPort(origin.substring(secure ? HTTPS.length() : HTTP.length()), defaultPort);
        String to = withoutPort(HeaderMap.lowerCase(request.authority()), defaultPort);
        if (from.isEmpty()) {
            return false;
        }
        if (from.equals(to)) {
            return true;
        }
        String port = request.headers().get(FORWARDED_PORT);
        return port != null && !port.isEmpty() && !hasPort(to) && from.equals(to + ":" + port);
    }

    private static boolean cameByTls(RequestView request) {
        return request.scheme().equals("https")
                || "https".equals(request.headers().get(FORWARDED_PROTO));
    }

    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }

    /**
     * Returns whether an authority has a port. The colons of an IPv6 address do not count, since they are in brackets.
     */
    private static boolean hasPort(String authority) {
        return authority.lastIndexOf(':') > authority.lastIndexOf(']');
    }
}
