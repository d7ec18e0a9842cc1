package io.policyengine.core.chain;

import io.policyengine.core.policy.Call;
import org.jspecify.annotations.Nullable;

/** Told of each run of an entry, for metrics and logs. Called on event loops, several at once; does not block. */
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
}
