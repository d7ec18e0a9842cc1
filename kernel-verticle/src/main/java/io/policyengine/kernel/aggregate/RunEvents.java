package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Faults;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The listener of a chain's run. It adds to the exchange's record and receives failures. */
public interface RunEvents {
    ExchangeRecord record();

    /**
     * Reports that a policy failed.
     *
     * @param action the reaction that the entry's {@code on_failure} demands
     * @param progress the progress of the chain
     */
    void policyFailed(
            String worker,
            PlannedEntry entry,
            EntryFailure failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress);

    /**
     * Reports that parts of a policy's denial are left out because they cannot be sent or kept.
     *
     * @param reasons one for each part, not empty
     */
    void leftOut(String worker, PlannedEntry entry, List<String> reasons);

    /**
     * Reports that a worker call failed as a whole.
     *
     * @param action the reaction that the strictest rule of the call's entries demands for this kind of failure
     * @param progress the progress of the chain
     */
    void workerFailed(
            Segment segment,
            ErrorCode code,
            WorkerException failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress);

    /** Runs a step of the engine's own code, and reports anything that the step throws as a {@link #bug}. */
    default void watched(Runnable step) {
        try {
            step.run();
        } catch (Throwable bug) {
            Faults.rethrowFatal(bug);
            bug(bug);
        }
    }

    /** Reports that the engine itself failed. No result follows, so the exchange must be ended with an error. */
    void bug(Throwable bug);
}
