package io.policyengine.policies.ai.shared.jsonrpc;

/** A policy's reason for which a message is refused. Quotes nothing of the message. */
public interface MessageRefusal {
    /** The error that says so. */
    JsonRpcError error();

    /** The reason, for users. */
    String message();

    /** The reason, for programs: stable and upper case. */
    String code();
}
