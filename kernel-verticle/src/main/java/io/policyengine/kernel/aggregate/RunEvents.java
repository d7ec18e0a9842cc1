package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Faults;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The listener for what happens while a chain runs: its record, and what goes wrong. */
public interface RunEvents {
    /** The record of the exchange. */
    ExchangeRecord record();

    /**
     * A policy failed.
     *
     * @param action what follows, by the entry's {@code on_failure}
     * @param progress how far the chain has come
     */
    void policyFailed(
            String worker,
            PlannedEntry entry,
            EntryFailure failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress);

    /**
     * A worker call failed as a whole.
     *
     * @param action what follows, by the strictest rule of its entries
     * @param progress how far the chain has come
     */
    void workerFailed(
            Segment segment,
            ErrorCode code,
            WorkerException failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress);

    /** Runs a step of the engine itself; anything it throws is a {@link #bug}. */
    default void watched(Runnable step) {
        try {
            step.run();
        } catch (Throwable bug) {
            Faults.rethrowFatal(bug);
            bug(bug);
        }
    }

    /** The engine itself failed: no result follows, the exchange has to be ended with an error. */
    void bug(Throwable bug);
}
