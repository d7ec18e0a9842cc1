package io.policyengine.kernel.extproc;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.aggregate.RunEvents;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logs the failures in the chains of an exchange, and adds to the exchange's record. */
record ChainFailures(ExchangeLog log, ExchangeFacts facts, DirectionHost exchange, ExchangeRecord record)
        implements RunEvents {
    @Override
    public void policyFailed(
            String worker,
            PlannedEntry entry,
            EntryFailure failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress) {
        log.chainFailed(failure.code(), facts, worker, entry, failure.message(), action, progress);
    }

    @Override
    public void leftOut(String worker, PlannedEntry entry, List<String> reasons) {
        log.leftOut(facts, worker, entry, reasons);
    }

    @Override
    public void workerFailed(
            Segment segment,
            ErrorCode code,
            WorkerException failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress) {
        PlannedEntry entry = segment.entries().getFirst();
        String reason = String.valueOf(failure.getMessage());
        log.chainFailed(code, facts, segment.worker().name(), entry, reason, action, progress);
    }

    @Override
    public void bug(Throwable bug) {
        exchange.bug(bug);
    }
}
