package io.policyengine.core.callout;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;

/**
 * The answer of a target, whatever its status; a redirect is an answer like any other and is not followed.
 *
 * @param body whole, at most what the request allowed
 */
public record CalloutResponse(int status, HeaderMap headers, Buffer body) {
    /** True for a status of 2xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Without fields and body, which may hold secrets. */
    @Override
    public String toString() {
        return "status " + status;
    }
}
