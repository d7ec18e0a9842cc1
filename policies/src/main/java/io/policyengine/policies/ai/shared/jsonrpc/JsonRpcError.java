package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.DenialCode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The errors of refused messages (JSON-RPC 2.0 §5.1, and MCP's error for header fields). */
public enum JsonRpcError {
    /** The text is not JSON. */
    PARSE_ERROR(-32700),
    /** The text is JSON, but not a valid message. */
    INVALID_REQUEST(-32600),
    /** The method does not exist, or may not be called. */
    METHOD_NOT_FOUND(-32601),
    /** The target of the call, such as a tool, does not exist or may not be used. */
    INVALID_PARAMS(-32602),
    /** The server's response cannot be delivered. */
    INTERNAL_ERROR(-32603),
    /** Header fields contradict the message (MCP 2026-07-28). */
    HEADER_MISMATCH(-32020);

    private final int code;

    JsonRpcError(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /**
     * Returns the error message.
     *
     * @param id id of the request; JSON null if unknown
     * @param message message for people
     * @param exactly the code of the denial; the value of {@code error.data.code}
     * @param requestId the id under which the engine logs the request; the value of {@code error.data.request_id}
     */
    public ObjectNode message(JsonNode id, String message, DenialCode exactly, String requestId) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("jsonrpc", JsonRpcMessage.VERSION).set("id", id);
        answer.putObject("error")
                .put("code", code)
                .put("message", message)
                .putObject("data")
                .put("code", exactly.name())
                .put("request_id", requestId);
        return answer;
    }
}
