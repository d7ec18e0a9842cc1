package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which policies of JSON-RPC refuse messages of any method. */
public enum JsonRpcCode implements DenialCode {
    INVALID_MESSAGE("Have the client send messages of JSON-RPC 2.0; for batches, raise `max_batch`."),
    UNSUPPORTED_MEDIA_TYPE("Have the client send `application/json` in UTF-8."),
    BODY_TOO_COMPLEX("Usually nothing. If honest requests are so large, give the worker more memory, or "
            + "limit bodies with `fileSizeLimit`."),
    BATCH_DENIED("Look at the other messages of the batch: the answer to the denied one has its code."),
    METHOD_DENIED("Usually nothing. Otherwise grant the method to the caller."),
    PARAMS_UNREADABLE("Have the client send the parameters in the form of the protocol, each name once."),
    RULE_FAILED("Test in the rule's expression for what may be missing: `has()`, `in`, `[?key]`; the "
            + "worker's log has the reason."),
    ANSWER_UNREADABLE("Look at what the server sends: it is not JSON-RPC, or its lists are ambiguous.");

    private final String remedy;

    JsonRpcCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
