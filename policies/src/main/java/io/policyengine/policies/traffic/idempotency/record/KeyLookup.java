package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;

/** The state of a key at the time of a request. */
public sealed interface KeyLookup {
    /** The key was unused. This request has taken it and runs. */
    record Fresh() implements KeyLookup {}

    record InProgress() implements KeyLookup {}

    record OtherRequest() implements KeyLookup {}

    /** The request has run before, with this response. */
    record Answered(KeptAnswer answer) implements KeyLookup {}

    /** The request has run before; its response was not stored, or has not passed entries that it would pass now. */
    record NotKept() implements KeyLookup {}
}
