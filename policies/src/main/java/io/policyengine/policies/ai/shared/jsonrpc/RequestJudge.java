package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import java.util.List;
import java.util.Optional;

/** A policy's judgement of one request. May be called off the event loop. */
public interface RequestJudge {
    /** The answer to a request that is wrong as a whole; empty if it is not. */
    Optional<ImmediateResponse> asAWhole(JsonRpcText text);

    /** The reason why a message is refused; empty if it may pass. */
    Optional<MessageRefusal> message(JsonRpcMessage message);

    /** Metadata about the request for the policies after it, whether or not it passes. */
    List<RequestInstruction> told(JsonRpcText text);
}
