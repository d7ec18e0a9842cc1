package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which policies of JSON-RPC refuse messages of any method. */
public enum JsonRpcCode implements DenialCode {
    INVALID_MESSAGE("Have the client send messages of JSON-RPC 2.0; for batches, raise `max_batch`."),
    UNSUPPORTED_MEDIA_TYPE("Have the client send `application/json` in UTF-8."),
    BODY_TOO_COMPLEX("Usually nothing. If legitimate requests are this large, give the worker more memory, or limit "
            + "bodies with `fileSizeLimit`."),
    BATCH_DENIED("Look at the errors of the batch's other messages: the error of the denied message has its code."),
    METHOD_DENIED("Usually nothing. If the caller should be able to use the method, grant it."),
    PARAMS_UNREADABLE("Have the client send the parameters as the protocol requires, each name only once."),
    RULE_FAILED("In the rule's expression, test for values that may be missing with `has()`, `in` or `[?key]`. The "
            + "worker's log has the reason."),
    ANSWER_UNREADABLE("Check the server's responses: they are not JSON-RPC, or their lists are ambiguous.");

    private final String remedy;

    JsonRpcCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
