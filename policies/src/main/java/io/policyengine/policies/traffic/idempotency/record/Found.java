package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.policies.traffic.shared.keptanswer.KeptAnswer;

/** The state of a key, as a request finds it. */
public sealed interface Found {
    /** Nobody has used it: the request that asked has it now, and is to be run. */
    record Fresh() implements Found {}

    /** A request with it is under way. */
    record UnderWay() implements Found {}

    /** Another request has used it. */
    record OtherRequest() implements Found {}

    /** The same request has been run; this was the answer. */
    record Answered(KeptAnswer answer) implements Found {}

    /** The same request has been run; its answer was not kept. */
    record NotKept() implements Found {}
}
