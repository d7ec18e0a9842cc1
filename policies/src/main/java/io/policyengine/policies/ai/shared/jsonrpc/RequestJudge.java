package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import java.util.List;
import java.util.Optional;

/** A policy's judgement of one request. Its methods may be called off the event loop. */
public interface RequestJudge {
    /** Returns the response to a request that is invalid as a whole; empty if it is valid. */
    Optional<ImmediateResponse> asAWhole(JsonRpcText text);

    /** Returns the reason to refuse a message; empty if it may pass. */
    Optional<MessageRefusal> message(JsonRpcMessage message);

    /** Returns metadata for later policies, whether or not the request passes. */
    List<RequestInstruction> told(JsonRpcText text);
}
