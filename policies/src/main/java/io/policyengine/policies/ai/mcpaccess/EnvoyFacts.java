package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The MCP message of a request as Envoy's MCP filter has read it: method, id, and name or URI. */
final class EnvoyFacts {
    static final String NAMESPACE = "envoy.filters.http.mcp";

    private static final List<String> NAMES = List.of("name", "uri");

    private EnvoyFacts() {}

    /** Returns the message in Envoy's metadata; empty if Envoy's filter provides none. */
    static Optional<JsonRpcText> message(EnvoyMetadata envoy) {
        Map<String, Object> told = envoy.untyped(NAMESPACE);
        if (!(told.get("method") instanceof String method)) {
            return Optional.empty();
        }
        JsonNode params = params(told.get("params"));
        JsonRpcMessage message = id(told.get("id"))
                .<JsonRpcMessage>map(id -> new JsonRpcMessage.Request(id, method, params))
                .orElseGet(() -> new JsonRpcMessage.Notification(method, params));
        return Optional.of(new JsonRpcText(false, List.of(message)));
    }

    private static JsonNode params(@Nullable Object told) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        if (told instanceof Map<?, ?> members) {
            for (String name : NAMES) {
                if (members.get(name) instanceof String value) {
                    params.put(name, value);
                }
            }
        }
        return params;
    }

    private static Optional<JsonNode> id(@Nullable Object told) {
        return switch (told) {
            case String text -> Optional.of(JsonNodeFactory.instance.stringNode(text));
            case Long number -> Optional.of(JsonNodeFactory.instance.numberNode(number));
            case Double number -> Optional.of(JsonNodeFactory.instance.numberNode(number));
            case null, default -> Optional.empty();
        };
    }
}
