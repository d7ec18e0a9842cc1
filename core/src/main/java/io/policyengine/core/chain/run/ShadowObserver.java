package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.policy.Call;
import org.jspecify.annotations.Nullable;

/**
 * Observes the runs of a shadow entry, which may continue after their call has ended. Called concurrently on event
 * loops.
 */
public interface ShadowObserver {
    /**
     * Reports that a run is about to begin. Returns false if the run must not begin because the chain is no longer in
     * use.
     */
    boolean begins();

    /**
     * Reports the outcome of a run, even of one that did not begin, unless {@link #begins} returned false.
     * @param failure the reason of a failure, or null
     */
    void counts(Call call, ShadowOutcome outcome, @Nullable EntryFailure failure);

    /** Reports that the entry would have denied the request, or refused the response; at most once in a run. */
    void denies(Call call, ShadowDenial denial);

    /** Reports the end of a run that had begun. Afterwards, no code of the policy is called for this run. */
    void ends();
}
