package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.DenialCode;

/** A policy's reason to refuse a JSON-RPC message. It contains nothing from the message. */
public interface MessageRefusal {
    /** Returns the error to send to the client. */
    JsonRpcError error();

    /** Returns the reason for the refusal, as a text for people. */
    String message();

    /** Returns the code of the denial. */
    DenialCode code();
}
