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
    EntryObserver NONE = (call, result, nanos, cause) -> {};

    /**
     * Reports the end of an entry.
     * @param nanos the duration
     * @param cause the exception of the policy, or null
     */
    void ended(Call call, EntryResult<?> result, long nanos, @Nullable Throwable cause);

    /** Reports an entry that did not run, since its condition is false. */
    default void skipped(Call call) {}

    /**
     * Reports that an entry that had succeeded failed on a chunk of its body. Not a further run.
     * @param nanos the duration of the chunk
     * @param cause the exception of the policy, or null
     */
    default void failedOnChunk(Call call, EntryFailure failure, long nanos, @Nullable Throwable cause) {}

    /** Reports that an entry failed to handle the end of an exchange, which has no effect. */
    default void failedOnEnd(Throwable cause) {}
}
