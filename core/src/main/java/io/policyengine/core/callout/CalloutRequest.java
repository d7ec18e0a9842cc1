package io.policyengine.core.callout;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request to a target.
 * @param path appended to the path of the target's URL, with a query if needed; null for path and query of the URL
 * @param headers the policy's fields; they replace those of the target's configuration
 * @param body empty if absent
 * @param maxResponseBytes limit of the response body; one with a content coding is refused, since none is requested
 * @param idempotent whether it may be repeated after the connection was lost without any part of a response
 */
public record CalloutRequest(
        HttpMethod method,
        @Nullable String path,
        HeaderMap headers,
        Buffer body,
        int maxResponseBytes,
        boolean idempotent) {
    /** A GET, which may be repeated. */
    public static CalloutRequest get(@Nullable String path, HeaderMap headers, int maxResponseBytes) {
        return new CalloutRequest(HttpMethod.GET, path, headers, Buffer.buffer(), maxResponseBytes, true);
    }

    /** A POST, which is not repeated. */
    public static CalloutRequest post(@Nullable String path, HeaderMap headers, Buffer body, int maxResponseBytes) {
        return new CalloutRequest(HttpMethod.POST, path, headers, body, maxResponseBytes, false);
    }

    /** Returns a copy that may be repeated: for a POST without side effects. */
    public CalloutRequest repeatable() {
        return new CalloutRequest(method, path, headers, body, maxResponseBytes, true);
    }

    /** The reason why the request is invalid in HTTP, for users, or null. */
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

    /** Returns whether the path is an origin form of visible octets (RFC 9112 §3.2.1), or a query alone. */
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
