package io.policyengine.kernel.trust;

import io.policyengine.core.http.ResponseView;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a response as Envoy reports it: in the attribute {@code response.code_details}, or else in a header
 * field that Envoy's router adds only to upstream responses. The attribute cannot be forged, but an upstream can add
 * the field itself. A single response with the field thus does not show that Envoy adds it to every upstream response.
 * The status of a response proves nothing either.
 */
public enum ResponseOrigin {
    /**
     * A response of Envoy's router: the upstream's response, an error because the upstream failed or did not answer in
     * time, or the route's direct response.
     */
    UPSTREAM,
    /**
     * Envoy's own response to a request that it did not send upstream, for example because the body was too large, too
     * slow or malformed.
     */
    ENVOY,
    /** Envoy does not report the origin. */
    UNTOLD;

    /**
     * Returns the origin of a response.
     *
     * @param details the attribute; null if Envoy sends none
     */
    public static ResponseOrigin of(@Nullable String details, ResponseView answer) {
        if (details != null) {
            return isRouters(details) ? UPSTREAM : ENVOY;
        }
        return answer.headers().contains("x-envoy-upstream-service-time") ? UPSTREAM : UNTOLD;
    }

    /** Returns whether the details are values that Envoy's router sets (Envoy: {@code ResponseCodeDetailValues}). */
    private static boolean isRouters(String details) {
        return details.startsWith("via_upstream")
                || details.startsWith("upstream_")
                || details.equals("response_timeout")
                || details.equals("direct_response");
    }
}
