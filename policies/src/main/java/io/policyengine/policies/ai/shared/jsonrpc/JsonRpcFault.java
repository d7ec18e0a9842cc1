package io.policyengine.policies.ai.shared.jsonrpc;

/** Something that is no JSON-RPC message, or may be read in two ways. Expected, so without a stack. */
public final class JsonRpcFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final JsonRpcError error;

    JsonRpcFault(JsonRpcError error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    /** The error that says so. */
    public JsonRpcError error() {
        return error;
    }

    /** The reason, for users. Quotes nothing of the message. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
