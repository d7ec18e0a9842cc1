package io.policyengine.policies.access.corsheaders;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Header fields of the CORS protocol (Fetch standard, "HTTP requests", "HTTP responses"), and checks of them. */
final class CorsFields {
    static final String ORIGIN = "origin";
    static final String REQUEST_METHOD = "access-control-request-method";
    static final String REQUEST_PRIVATE_NETWORK = "access-control-request-private-network";
    static final String ALLOW_ORIGIN = "access-control-allow-origin";
    static final String ALLOW_CREDENTIALS = "access-control-allow-credentials";
    static final String ALLOW_METHODS = "access-control-allow-methods";
    static final String ALLOW_HEADERS = "access-control-allow-headers";
    static final String ALLOW_PRIVATE_NETWORK = "access-control-allow-private-network";
    static final String EXPOSE_HEADERS = "access-control-expose-headers";
    static final String MAX_AGE = "access-control-max-age";
    static final String VARY = "vary";

    private CorsFields() {}

    /** Returns the origin that the request states; null if it states none or several. */
    static @Nullable String origin(RequestView request) {
        String first = request.headers().get(ORIGIN);
        return first == null || request.headers().getAll(ORIGIN).size() > 1 ? null : first;
    }

    /** Returns whether the request is a preflight, with which a browser asks for permission to send another request. */
    static boolean isPreflight(RequestView request) {
        return request.method().equals("OPTIONS")
                && request.headers().contains(REQUEST_METHOD)
                && origin(request) != null;
    }

    /** Returns whether the response's {@code Vary} already lists {@code Origin}. */
    static boolean variesByOrigin(HeaderMap headers) {
        List<String> values = headers.getAll(VARY);
        for (int i = 0; i < values.size(); i++) {
            for (String member : values.get(i).split(",", -1)) {
                String name = member.strip();
                if (name.equals("*") || name.equalsIgnoreCase(ORIGIN)) {
                    return true;
                }
            }
        }
        return false;
    }
}
