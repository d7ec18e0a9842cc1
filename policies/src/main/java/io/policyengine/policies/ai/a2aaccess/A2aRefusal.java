package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcCode;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcError;
import io.policyengine.policies.ai.shared.jsonrpc.MessageRefusal;

/** Reasons to refuse an A2A message. They contain nothing from the message. */
enum A2aRefusal implements MessageRefusal {
    METHOD_DENIED(JsonRpcError.METHOD_NOT_FOUND, "The method may not be used"),
    SKILL_DENIED(JsonRpcError.INVALID_PARAMS, "The skill may not be used"),
    /** The metadata that may name a skill is unreadable or ambiguous. */
    PARAMS_UNREADABLE(JsonRpcError.INVALID_PARAMS, "The parameters of the method cannot be read");

    private final JsonRpcError error;
    private final String message;

    A2aRefusal(JsonRpcError error, String message) {
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
            case SKILL_DENIED -> A2aCode.SKILL_DENIED;
            case PARAMS_UNREADABLE -> JsonRpcCode.PARAMS_UNREADABLE;
        };
    }
}
