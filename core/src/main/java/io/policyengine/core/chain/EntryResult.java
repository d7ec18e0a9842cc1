package io.policyengine.core.chain;

/**
 * The outcome of one entry.
 *
 * @param <O> {@link io.policyengine.core.policy.RequestOutcome}, {@link io.policyengine.core.policy.ResponseOutcome} or {@link
 *     io.policyengine.core.policy.TrailersOutcome}
 */
public sealed interface EntryResult<O> {
    /** The policy decided. */
    record Completed<O>(O outcome) implements EntryResult<O> {}

    /**
     * A failure; the policy's instructions are void. The entry's {@link OnFailure} decides whether the chain continues.
     */
    record Failed<O>(EntryFailure failure) implements EntryResult<O> {}

    /** The policy did not run, since the entry's condition is false; the chain continued without it. */
    record Skipped<O>() implements EntryResult<O> {}
}
