package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.policy.Call;
import org.jspecify.annotations.Nullable;

/**
 * Observes each run of an entry and its failures on chunks of a body, for metrics and logs. Called concurrently on
 * event loops; does not block.
 */
@FunctionalInterface
public interface EntryObserver {
    /** Observes nothing. */
    EntryObserver NONE = (call, result, nanos, cause) -> {};

    /**
     * An entry has ended.
     *
     * @param nanos how long it took
     * @param cause what the policy threw or failed with, or null
     */
    void ended(Call call, EntryResult<?> result, long nanos, @Nullable Throwable cause);

    /** An entry did not run: its condition is false. */
    default void skipped(Call call) {}

    /**
     * An entry that had ended well has failed on a chunk of its body. Not a further run.
     *
     * @param nanos how long it took for the chunk
     * @param cause what the policy threw or failed with, or null
     */
    default void failedOnChunk(Call call, EntryFailure failure, long nanos, @Nullable Throwable cause) {}

    /** Reports that an entry failed to handle the end of an exchange, which has no effect. */
    default void failedOnEnd(Throwable cause) {}
}
