package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import java.util.List;
import java.util.Optional;

/** The part of a policy that checks one JSON-RPC request. Its methods may be called off the event loop. */
public interface RequestJudge {
    /** Returns the response to a request that is invalid as a whole; empty if it is valid. */
    Optional<ImmediateResponse> asAWhole(JsonRpcText text);

    /** Returns the reason to refuse a message; empty if the message may pass. */
    Optional<MessageRefusal> message(JsonRpcMessage message);

    /** Returns instructions that set metadata for later policies. They apply even if the request is refused. */
    List<RequestInstruction> told(JsonRpcText text);
}
