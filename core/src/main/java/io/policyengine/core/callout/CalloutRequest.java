package io.policyengine.core.callout;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request to a target.
 * @param path appended to the path of the target's URL, with a query if needed; null to use the URL's path and query
 * @param headers the policy's fields, which replace fields of the same name in the target's configuration
 * @param body empty if absent
 * @param maxResponseBytes maximum bytes of the response body. A response with a content coding is refused, since the
 *     request accepts no coding
 * @param idempotent whether the request may be repeated if the connection was lost before any part of a response
 *     arrived
 * @param omitsUnreadable whether a response whose body is too long, coded or incomplete counts as a response without a
 *     body, instead of a failure
 */
public record CalloutRequest(
        HttpMethod method,
        @Nullable String path,
        HeaderMap headers,
        Buffer body,
        int maxResponseBytes,
        boolean idempotent,
        boolean omitsUnreadable) {
    /** Creates a request that fails if the body of its response cannot be read. */
    public CalloutRequest(
            HttpMethod method,
            @Nullable String path,
            HeaderMap headers,
            Buffer body,
            int maxResponseBytes,
            boolean idempotent) {
        this(method, path, headers, body, maxResponseBytes, idempotent, false);
    }

    /** Creates a GET request, which may be repeated. */
    public static CalloutRequest get(@Nullable String path, HeaderMap headers, int maxResponseBytes) {
        return new CalloutRequest(HttpMethod.GET, path, headers, Buffer.buffer(), maxResponseBytes, true);
    }

    /** Creates a POST request, which is not repeated. */
    public static CalloutRequest post(@Nullable String path, HeaderMap headers, Buffer body, int maxResponseBytes) {
        return new CalloutRequest(HttpMethod.POST, path, headers, body, maxResponseBytes, false);
    }

    /** Returns a copy that may be repeated. Intended for a POST without side effects. */
    public CalloutRequest repeatable() {
        return new CalloutRequest(method, path, headers, body, maxResponseBytes, true, omitsUnreadable);
    }

    /**
     * Returns a copy for which status and fields of a response suffice. If the body cannot be read, it is omitted; see
     * {@link CalloutResponse#isBodyOmitted}.
     */
    public CalloutRequest omittingUnreadable() {
        return new CalloutRequest(method, path, headers, body, maxResponseBytes, idempotent, true);
    }

    /** Returns the reason why HTTP forbids the request, as text for an operator, or null if it is valid. */
    public @Nullable String fault() {
        if (path != null && !isPath(path)) {
            return "its path is not a valid HTTP path";
        }
        String[] fault = new String[1];
        headers.forEach((name, value) -> {
            if (!FieldRules.isToken(name) || FieldRules.isFraming(name) || name.equals("host")) {
                fault[0] =
                        "it sets a forbidden field: " + (FieldRules.isToken(name) ? name : "its name is not a token");
            } else if (!FieldRules.isFieldValue(value)) {
                fault[0] = "the value of " + name + " is not a valid HTTP field value";
            }
        });
        return fault[0];
    }

    /**
     * Returns whether the path begins with a slash or is only a query, and consists of visible ASCII characters other
     * than '#'.
     */
    private static boolean isPath(String path) {
        if (!path.startsWith("/") && !path.startsWith("?")) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return false;
            }
        }
        return true;
    }

    /** Omits fields and body, which may hold secrets. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
