package io.policyengine.policies.ai.shared.jsonrpc;

/** An invalid or ambiguous JSON-RPC message. An expected failure, so it has no stack trace. */
public final class JsonRpcFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final JsonRpcError error;

    JsonRpcFault(JsonRpcError error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    /** Returns the error to answer with. */
    public JsonRpcError error() {
        return error;
    }

    /** Returns the reason, for users. It quotes nothing of the message. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
