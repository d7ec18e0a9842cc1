package io.policyengine.policies.access.csrf;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;

/** Compares an origin with the target of a request, as far as the engine knows it: proxies change scheme and port. */
final class OriginCheck {
    static final String FORWARDED_PROTO = "x-forwarded-proto";
    static final String FORWARDED_PORT = "x-forwarded-port";

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private OriginCheck() {}

    /**
     * True if the origin has the host and port of the request, and is not less secure: an {@code http} origin does not
     * match a request by {@code https}. The reverse matches, since TLS often ends before Envoy. If a proxy drops the
     * port, {@code X-Forwarded-Port} is used: no page can set that field of another origin's request.
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

    /** Returns whether an authority has a port; the colons of an IPv6 address are in brackets. */
    private static boolean hasPort(String authority) {
        return authority.lastIndexOf(':') > authority.lastIndexOf(']');
    }
}
