package io.policyengine.policies.ai.shared.jsonrpc;

/**
 * The exception for an invalid or ambiguous JSON-RPC message. It has no stack trace, since untrusted messages are
 * expected to cause it.
 */
public final class JsonRpcFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final JsonRpcError error;

    JsonRpcFault(JsonRpcError error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    /** Returns the error to send to the client. */
    public JsonRpcError error() {
        return error;
    }

    /** Returns the reason, for people. It contains nothing from the message. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
