package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.http.Octets;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a decision document: a boolean, or an object with {@code allow}. An undefined decision is a denial. */
final class OpaDecision {
    private OpaDecision() {}

    /**
     * Returns the answer that the document contains.
     *
     * @throws IllegalArgumentException if the document is invalid; the message names the member
     */
    static AuthorizationAnswer of(@Nullable JsonNode result) {
        if (result == null) {
            return denied();
        }
        if (result.isBoolean()) {
            return result.booleanValue() ? allowed() : denied();
        }
        if (!(result instanceof ObjectNode decision)) {
            throw new IllegalArgumentException("neither a boolean nor an object");
        }
        JsonNode allow = either(decision, "allow", "allowed");
        if (allow == null || !allow.isBoolean()) {
            throw new IllegalArgumentException("allow is not a boolean");
        }
        List<HeaderChange> headers = headers(decision.get("headers"));
        return allow.booleanValue()
                ? new AuthorizationAnswer.Allowed(
                        headers,
                        names(either(decision, "remove_headers", "request_headers_to_remove")),
                        Map.of(),
                        List.of(),
                        List.of(),
                        metadata(either(decision, "metadata", "dynamic_metadata")))
                : new AuthorizationAnswer.Denied(
                        status(either(decision, "status", "http_status")), headers, body(decision.get("body")));
    }

    private static AuthorizationAnswer allowed() {
        return new AuthorizationAnswer.Allowed(List.of(), List.of(), Map.of(), List.of(), List.of(), null);
    }

    private static AuthorizationAnswer denied() {
        return new AuthorizationAnswer.Denied(0, List.of(), Buffer.buffer());
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

    private static int status(@Nullable JsonNode status) {
        if (status == null) {
            return 0;
        }
        if (!status.isInt()) {
            throw new IllegalArgumentException("status is not an integer");
        }
        return status.intValue();
    }

    /** Returns a text unchanged, and any other value as JSON. */
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
