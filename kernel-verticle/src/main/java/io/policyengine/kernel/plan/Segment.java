package io.policyengine.kernel.plan;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.kernel.metrics.CallMeters;
import io.policyengine.kernel.worker.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Consecutive policies of one worker: what one call runs.
 *
 * @param chainId the prepared chain in the worker
 * @param firstEntry where in the prepared chain the entries begin
 * @param onWorkerFailure the strictest of its entries when the worker cannot be called
 * @param onPolicyFailure the strictest of its entries when the worker fails in another way
 */
public record Segment(
        Worker worker,
        long chainId,
        int firstEntry,
        List<PlannedEntry> entries,
        OnFailure onWorkerFailure,
        OnFailure onPolicyFailure,
        CallMeters meters) {
    /** A segment of at least one entry. */
    public static Segment of(
            Worker worker, long chainId, int firstEntry, List<PlannedEntry> entries, CallMeters meters) {
        OnFailure onWorker = strictest(entries, PlannedEntry::onWorkerFailure);
        OnFailure onPolicy = strictest(entries, PlannedEntry::onFailure);
        return new Segment(worker, chainId, firstEntry, List.copyOf(entries), onWorker, onPolicy, meters);
    }

    private static OnFailure strictest(List<PlannedEntry> entries, Function<PlannedEntry, OnFailure> rule) {
        return entries.stream().map(rule).min(Comparator.naturalOrder()).orElseThrow();
    }

    /** Where in the prepared chain the entries end. */
    public int endEntry() {
        return firstEntry + entries.size();
    }

    /** Whether the chain may go on without this segment's worker. */
    public boolean isDispensable() {
        return onWorkerFailure != OnFailure.DENY;
    }

    /** The parts of this segment that are applied to denials. */
    List<Segment> onDenial() {
        List<Segment> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= entries.size(); i++) {
            if (i == entries.size() || !entries.get(i).onDenial()) {
                if (start < i) {
                    parts.add(of(worker, chainId, firstEntry + start, entries.subList(start, i), meters));
                }
                start = i + 1;
            }
        }
        return parts;
    }
}
