package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.http.Octets;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads OPA's decision document: a boolean, or an object with the boolean {@code allow} or {@code allowed}. Any value
 * other than {@code true} denies the request. In a denial, unusable members are ignored.
 */
final class OpaDecision {
    /** The number of digits of an HTTP status. */
    private static final int STATUS_DIGITS = 3;

    private OpaDecision() {}

    /**
     * Returns the answer that the document contains.
     *
     * @throws IllegalArgumentException if the document allows the request with invalid changes; the message names the
     *     member
     */
    static AuthorizationAnswer of(@Nullable JsonNode result) {
        if (!(result instanceof ObjectNode decision)) {
            return isTrue(result) ? allowed() : AuthorizationAnswer.DENIED;
        }
        JsonNode allow = decision.get("allow");
        JsonNode allowed = decision.get("allowed");
        boolean isAllowed = allow == null ? isTrue(allowed) : isTrue(allow) && (allowed == null || isTrue(allowed));
        return isAllowed
                ? new AuthorizationAnswer.Allowed(
                        headers(decision.get("headers")),
                        names(either(decision, "remove_headers", "request_headers_to_remove")),
                        Map.of(),
                        List.of(),
                        List.of(),
                        metadata(either(decision, "metadata", "dynamic_metadata")))
                : new AuthorizationAnswer.Denied(
                        status(either(decision, "status", "http_status")),
                        usableHeaders(decision.get("headers")),
                        body(decision.get("body")));
    }

    private static boolean isTrue(@Nullable JsonNode value) {
        return value != null && value.isBoolean() && value.booleanValue();
    }

    private static AuthorizationAnswer allowed() {
        return new AuthorizationAnswer.Allowed(List.of(), List.of(), Map.of(), List.of(), List.of(), null);
    }

    private static @Nullable JsonNode either(ObjectNode decision, String name, String otherName) {
        JsonNode value = decision.get(name);
        return value != null ? value : decision.get(otherName);
    }

    private static List<HeaderChange> headers(@Nullable JsonNode headers) {
        List<HeaderChange> changes = new ArrayList<>();
        if (headers == null) {
            return changes;
        }
        if (!headers.isObject()) {
            throw new IllegalArgumentException("headers is not an object");
        }
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            HeaderChange.Action action = HeaderChange.Action.SET;
            for (JsonNode value : header.getValue().isArray() ? header.getValue() : List.of(header.getValue())) {
                changes.add(new HeaderChange(header.getKey(), Octets.fromText(text(value, "headers")), action));
                action = HeaderChange.Action.APPEND;
            }
        }
        return changes;
    }

    /** Returns the fields of a denial whose values are strings or numbers. */
    private static List<HeaderChange> usableHeaders(@Nullable JsonNode headers) {
        List<HeaderChange> changes = new ArrayList<>();
        if (headers == null || !headers.isObject()) {
            return changes;
        }
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            HeaderChange.Action action = HeaderChange.Action.SET;
            for (JsonNode value : header.getValue().isArray() ? header.getValue() : List.of(header.getValue())) {
                if (value.isString() || value.isNumber()) {
                    changes.add(new HeaderChange(header.getKey(), Octets.fromText(value.asString()), action));
                    action = HeaderChange.Action.APPEND;
                }
            }
        }
        return changes;
    }

    private static List<String> names(@Nullable JsonNode names) {
        List<String> list = new ArrayList<>();
        if (names != null) {
            if (!names.isArray()) {
                throw new IllegalArgumentException("remove_headers is not a list");
            }
            names.forEach(name -> list.add(text(name, "remove_headers")));
        }
        return list;
    }

    private static @Nullable ObjectNode metadata(@Nullable JsonNode metadata) {
        if (metadata == null || metadata instanceof ObjectNode) {
            return (ObjectNode) metadata;
        }
        throw new IllegalArgumentException("metadata is not an object");
    }

    /** Returns the status of a denial, given as an integer or its digits; 0 if there is none. */
    private static int status(@Nullable JsonNode status) {
        if (status == null) {
            return 0;
        }
        if (status.isInt()) {
            return status.intValue();
        }
        String digits = status.isString() ? status.stringValue() : "";
        boolean isNumber = digits.length() == STATUS_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(digits) : 0;
    }

    /** Returns the body of a denial: a string unchanged, any other value as JSON. */
    private static Buffer body(@Nullable JsonNode body) {
        return body == null ? Buffer.buffer() : Buffer.buffer(body.isString() ? body.stringValue() : body.toString());
    }

    private static String text(JsonNode value, String member) {
        if (!value.isString()) {
            throw new IllegalArgumentException(member + " has a value that is not a string");
        }
        return value.stringValue();
    }
}
