package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcError;
import io.policyengine.policies.ai.shared.jsonrpc.MessageRefusal;

/** The reasons for which a message is refused. Their messages quote nothing. */
enum McpRefusal implements MessageRefusal {
    /** The method is not permitted. */
    METHOD_DENIED(JsonRpcError.METHOD_NOT_FOUND, "The method may not be used"),
    /** The tool is not permitted. */
    TOOL_DENIED(JsonRpcError.INVALID_PARAMS, "The tool may not be used"),
    /** The tool is not in the lock file. */
    TOOL_NOT_PINNED(JsonRpcError.INVALID_PARAMS, "The tool is not pinned"),
    /** The server's latest list has another definition of the tool than the lock file. */
    TOOL_CHANGED(JsonRpcError.INVALID_PARAMS, "The tool has changed since it was pinned"),
    /** The prompt is not permitted. */
    PROMPT_DENIED(JsonRpcError.INVALID_PARAMS, "The prompt may not be used"),
    /** The resource is not permitted. */
    RESOURCE_DENIED(JsonRpcError.INVALID_PARAMS, "The resource may not be used"),
    /** The parameters of the method cannot be read, or in two ways. */
    PARAMS_UNREADABLE(JsonRpcError.INVALID_PARAMS, "The parameters of the method cannot be read");

    private final JsonRpcError error;
    private final String message;

    McpRefusal(JsonRpcError error, String message) {
        this.error = error;
        this.message = message;
    }

    @Override
    public JsonRpcError error() {
        return error;
    }

    @Override
    public String message() {
        return message;
    }

    @Override
    public String code() {
        return name();
    }
}
