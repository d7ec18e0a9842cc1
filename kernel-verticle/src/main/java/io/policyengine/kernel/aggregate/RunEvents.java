package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;

/** Told what goes wrong while a chain runs. */
public interface RunEvents {
    /** A policy failed; the entry's {@code on_failure} decides what follows. */
    void policyFailed(String worker, PlannedEntry entry, EntryFailure failure);

    /** A worker call failed as a whole; the strictest rule of its entries decides what follows. */
    void workerFailed(Segment segment, ErrorCode code, WorkerException failure);

    /** The engine itself failed: no result follows, the exchange has to be ended with an error. */
    void bug(RuntimeException bug);
}
