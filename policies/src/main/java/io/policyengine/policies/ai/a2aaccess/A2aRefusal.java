package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcError;
import io.policyengine.policies.ai.shared.jsonrpc.MessageRefusal;

/** The reasons for which a message is refused. Their messages quote nothing. */
enum A2aRefusal implements MessageRefusal {
    /** The method is not permitted. */
    METHOD_DENIED(JsonRpcError.METHOD_NOT_FOUND, "The method may not be used"),
    /** The message is for a skill that may not be used. */
    SKILL_DENIED(JsonRpcError.INVALID_PARAMS, "The skill may not be used"),
    /** The metadata that would name a skill can be read in two ways. */
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
    public String code() {
        return name();
    }
}
