package io.policyengine.kernel.trust;

import io.policyengine.core.http.ResponseView;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a response according to Envoy: by its attribute {@code response.code_details}, or else by the header
 * field that its router adds to upstream responses. The attribute cannot be forged. An upstream can forge the field, so
 * it proves nothing about other responses; the status proves nothing.
 */
public enum ResponseOrigin {
    /**
     * The router answered a request that was sent upstream: it passed the upstream's answer or gave up waiting for it.
     */
    UPSTREAM,
    /** Envoy answered a request that it did not send upstream: its body was too large, too slow or malformed. */
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

    /** Recognizes the router's values (Envoy: {@code ResponseCodeDetailValues}). */
    private static boolean isRouters(String details) {
        return details.startsWith("via_upstream")
                || details.startsWith("upstream_")
                || details.equals("response_timeout")
                || details.equals("direct_response");
    }
}
