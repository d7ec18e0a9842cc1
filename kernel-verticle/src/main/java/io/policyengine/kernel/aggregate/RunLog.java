package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;

/** Takes note of what goes wrong while a chain runs. */
public interface RunLog {
    /** A policy failed; the entry's {@code on_failure} decides what follows. */
    void policyFailed(String worker, PlannedEntry entry, EntryFailure failure);

    /** A worker call failed as a whole. */
    void workerFailed(Segment segment, WorkerException failure);

    /** The engine itself misbehaved. */
    void bug(Throwable bug);
}
