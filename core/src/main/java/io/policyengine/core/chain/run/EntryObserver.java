package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.policy.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Observes each run of an entry, and its failures on chunks of a body, for metrics and logs. Called concurrently on
 * event loops; must not block.
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

    /**
     * Reports that parts of an entry's denial are left out because they cannot be sent.
     * @param reasons one for each part, not empty
     */
    default void leftOut(Call call, List<String> reasons) {}

    /** Reports that an entry did not run because its condition is false. */
    default void skipped(Call call) {}

    /**
     * Reports that an entry failed on a chunk of the body after it had succeeded on the headers. Does not count as
     * another run.
     * @param nanos the duration of the chunk
     * @param cause the exception of the policy, or null
     */
    default void failedOnChunk(Call call, EntryFailure failure, long nanos, @Nullable Throwable cause) {}

    /** Reports that an entry threw when it was notified of the end of an exchange. The exchange is not affected. */
    default void failedOnEnd(Throwable cause) {}
}
