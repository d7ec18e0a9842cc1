package io.policyengine.core.chain;

/**
 * The outcome of one entry.
 *
 * @param <O> {@link io.policyengine.core.policy.RequestOutcome}, {@link io.policyengine.core.policy.ResponseOutcome} or
 *     {@link io.policyengine.core.policy.TrailersOutcome}
 */
public sealed interface EntryResult<O> {
    /** The policy completed with an outcome. */
    record Completed<O>(O outcome) implements EntryResult<O> {}

    /**
     * The entry failed, and the policy's instructions are discarded. The entry's {@link OnFailure} decides whether the
     * chain continues.
     */
    record Failed<O>(EntryFailure failure) implements EntryResult<O> {}

    /** The policy did not run because the entry's condition is false. The chain continued without the entry. */
    record Skipped<O>() implements EntryResult<O> {}
}
