package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage.Call;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks that MCP's header fields agree with the message (MCP 2026-07-28, Streamable HTTP), since a server or a proxy
 * may use either.
 */
final class FieldJudge {
    private static final String METHOD = "mcp-method";
    private static final String NAME = "mcp-name";
    private static final String VERSION = "mcp-protocol-version";
    private static final String SESSION = "mcp-session-id";
    private static final List<String> SINGLE = List.of(METHOD, NAME, VERSION, SESSION, "last-event-id");
    private static final String ENCODED = "=?base64?";
    private static final String ENCODED_END = "?=";

    /** Maximum length of the fields Mcp-Session-Id and MCP-Protocol-Version, in octets. */
    private static final int MAX_FIELD = 1_024;

    private FieldJudge() {}

    /** Returns whether a field occurs more than once, or has an invalid value. */
    static boolean areMalformed(HeaderMap headers) {
        return SINGLE.stream().anyMatch(name -> headers.getAll(name).size() > 1)
                || !isVisible(headers.get(SESSION))
                || !isVisible(headers.get(VERSION));
    }

    private static boolean isVisible(@Nullable String value) {
        return value == null
                || (!value.isEmpty()
                        && value.length() <= MAX_FIELD
                        && value.chars().allMatch(c -> c > ' ' && c < 0x7F));
    }

    static boolean differ(HeaderMap headers, JsonRpcText text) {
        String method = headers.get(METHOD);
        String name = headers.get(NAME);
        if (text.messages().size() == 1 && text.messages().getFirst() instanceof Call call) {
            return (method != null && !method.equals(call.method()))
                    || (name != null && !isSame(name, nameIn(call)))
                    || differsInVersion(headers, call.params());
        }
        return method != null || name != null;
    }

    private static boolean isSame(String field, Optional<String> name) {
        return name.isPresent() && decoded(field).filter(name.get()::equals).isPresent();
    }

    private static Optional<String> decoded(String field) {
        if (!field.startsWith(ENCODED) || !field.endsWith(ENCODED_END)) {
            return Optional.of(Octets.toText(field));
        }
        try {
            byte[] octets = Base64.getDecoder()
                    .decode(field.substring(
                            ENCODED.length(), Math.max(ENCODED.length(), field.length() - ENCODED_END.length())));
            return Optional.of(new String(octets, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    /** Returns the name that the field Mcp-Name must repeat; empty if the message has none. */
    private static Optional<String> nameIn(Call call) {
        JsonNode name = switch (call.method()) {
            case McpCallJudge.CALL_TOOL, McpCallJudge.GET_PROMPT ->
                call.params().path("name");
            case McpCallJudge.READ_RESOURCE -> call.params().path("uri");
            default -> call.params().path("taskId");
        };
        return name.isString() ? Optional.of(name.stringValue()) : Optional.empty();
    }

    private static boolean differsInVersion(HeaderMap headers, JsonNode params) {
        String field = headers.get(VERSION);
        JsonNode stated = params.path("_meta").path("io.modelcontextprotocol/protocolVersion");
        return field != null && stated.isString() && !stated.stringValue().equals(field);
    }
}
