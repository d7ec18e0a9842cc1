package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.policy.Call;
import org.jspecify.annotations.Nullable;

/** Observes the runs of a shadow entry, which may outlive their call. Called concurrently on event loops. */
public interface ShadowObserver {
    /** A run is to begin; false if it must not, because its chain is no longer in use. */
    boolean begins();

    /**
     * The outcome of a run, or of one that did not begin.
     *
     * @param failure why it failed, or null
     */
    void counts(Call call, ShadowOutcome outcome, @Nullable EntryFailure failure);

    /** A run that began is over: nothing of it is called any more. */
    void ends();
}
