package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;

/** The state of an idempotency key at the time of a request. */
public sealed interface KeyLookup {
    /** The key was unused. This request has taken it and runs. */
    record Fresh() implements KeyLookup {}

    record InProgress() implements KeyLookup {}

    record OtherRequest() implements KeyLookup {}

    /** The request has run before, with this response. */
    record Answered(KeptAnswer answer) implements KeyLookup {}

    /**
     * The request has run before, but its response was not stored, or has not passed all entries that it would pass
     * now.
     */
    record NotKept() implements KeyLookup {}
}
