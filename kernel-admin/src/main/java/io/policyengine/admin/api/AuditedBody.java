package io.policyengine.admin.api;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Selects the part of a request body that the audit log shows: an override, a log level, or the reason for a change.
 * Other bodies are omitted.
 */
final class AuditedBody {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, List<String>> KEYS = Map.of(
            OverrideEdits.PUT,
            List.of("mode", "reason", "until"),
            "startProfile",
            List.of("for_ms", "max_bytes"),
            LevelEdits.PUT,
            List.of("level", "reason", "until", "for_ms"));

    private AuditedBody() {}

    static @Nullable String of(ApiOperation endpoint, Buffer body) {
        List<String> keys = ApiOperation.REASON.equals(endpoint.takes())
                ? List.of(ApiRequest.REASON)
                : KEYS.getOrDefault(endpoint.id(), List.of());
        if (keys.isEmpty()) {
            return null;
        }
        try {
            ObjectNode told = JsonNodeFactory.instance.objectNode();
            if (JSON.readTree(body.getBytes()) instanceof ObjectNode written) {
                for (String key : keys) {
                    JsonNode value = written.path(key);
                    if (value.isString() || value.isIntegralNumber()) {
                        told.set(key, value);
                    }
                }
            }
            return told.isEmpty() ? null : told.toString();
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
