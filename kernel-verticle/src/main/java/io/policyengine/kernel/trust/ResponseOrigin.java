package io.policyengine.kernel.trust;

import io.policyengine.core.http.ResponseView;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a response as Envoy reports it: by its attribute {@code response.code_details}, or else by a header
 * field that its router adds to upstream responses only. The attribute cannot be forged, but an upstream can add the
 * field itself. So the field on one response does not show that Envoy marks every upstream response. A response's
 * status proves nothing either.
 */
public enum ResponseOrigin {
    /**
     * The router's response to a request that was sent upstream: it forwarded the upstream's response, or gave up
     * waiting for one.
     */
    UPSTREAM,
    /**
     * Envoy's own response to a request that it did not send upstream, because the body was too large, too slow or
     * malformed.
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

    /** Returns whether the details are values of Envoy's router (Envoy: {@code ResponseCodeDetailValues}). */
    private static boolean isRouters(String details) {
        return details.startsWith("via_upstream")
                || details.startsWith("upstream_")
                || details.equals("response_timeout")
                || details.equals("direct_response");
    }
}
