package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcCode;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcError;
import io.policyengine.policies.ai.shared.jsonrpc.MessageRefusal;

/** Reasons to refuse an MCP message. They contain nothing from the message. */
enum McpRefusal implements MessageRefusal {
    METHOD_DENIED(JsonRpcError.METHOD_NOT_FOUND, "The method may not be used"),
    TOOL_DENIED(JsonRpcError.INVALID_PARAMS, "The tool may not be used"),
    TOOL_NOT_PINNED(JsonRpcError.INVALID_PARAMS, "The tool is not pinned"),
    /** The tool's definition in the server's latest list differs from the lock file. */
    TOOL_CHANGED(JsonRpcError.INVALID_PARAMS, "The tool has changed since it was pinned"),
    PROMPT_DENIED(JsonRpcError.INVALID_PARAMS, "The prompt may not be used"),
    RESOURCE_DENIED(JsonRpcError.INVALID_PARAMS, "The resource may not be used"),
    /** The parameters of the method are unreadable or ambiguous. */
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
    public DenialCode code() {
        return switch (this) {
            case METHOD_DENIED -> JsonRpcCode.METHOD_DENIED;
            case TOOL_DENIED -> McpCode.TOOL_DENIED;
            case TOOL_NOT_PINNED -> McpCode.TOOL_NOT_PINNED;
            case TOOL_CHANGED -> McpCode.TOOL_CHANGED;
            case PROMPT_DENIED -> McpCode.PROMPT_DENIED;
            case RESOURCE_DENIED -> McpCode.RESOURCE_DENIED;
            case PARAMS_UNREADABLE -> JsonRpcCode.PARAMS_UNREADABLE;
        };
    }
}
