package io.policyengine.core.callout;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;

/**
 * The response of a target, with any status; redirects are not followed.
 *
 * @param body complete, within the request's limit
 */
public record CalloutResponse(int status, HeaderMap headers, Buffer body) {
    /** Returns whether the status is 2xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Omits fields and body, which may hold secrets. */
    @Override
    public String toString() {
        return "status " + status;
    }
}
