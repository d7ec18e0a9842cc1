package io.policyengine.policies.ai.shared.jsonrpc;

/** A policy's reason to refuse a message. It quotes nothing of the message. */
public interface MessageRefusal {
    /** Returns the error to answer with. */
    JsonRpcError error();

    /** Returns the reason, for users. */
    String message();

    /** Returns the reason, for programs: stable and upper case. */
    String code();
}
