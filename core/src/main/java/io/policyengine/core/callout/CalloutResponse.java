package io.policyengine.core.callout;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;

/**
 * The response of a target, with any status; redirects are not followed.
 *
 * @param body complete, within the request's limit
 * @param isBodyOmitted true if the body was too long, coded or incomplete, and is empty here; only for a request that
 *     permits this
 */
public record CalloutResponse(int status, HeaderMap headers, Buffer body, boolean isBodyOmitted) {
    /** Creates a response whose body was read. */
    public CalloutResponse(int status, HeaderMap headers, Buffer body) {
        this(status, headers, body, false);
    }

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
