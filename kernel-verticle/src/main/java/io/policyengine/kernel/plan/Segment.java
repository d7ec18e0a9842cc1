package io.policyengine.kernel.plan;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.kernel.metrics.CallMeters;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Consecutive policies of one worker, which run in one call.
 *
 * @param chain the prepared chain in the worker
 * @param firstEntry index of the segment's first entry in the prepared chain
 * @param onWorkerFailure the strictest reaction that an enforced entry demands if the worker is unavailable; for a part
 *     of a segment, the reaction of the whole segment
 * @param onOverload the strictest reaction that an enforced entry demands if the call is refused because of overload;
 *     for a part of a segment, the reaction of the whole segment
 * @param metadataRead the namespaces of Envoy's metadata that its entries read
 */
public record Segment(
        WorkerChain chain,
        int firstEntry,
        List<PlannedEntry> entries,
        OnFailure onWorkerFailure,
        OnFailure onOverload,
        Set<String> metadataRead,
        CallMeters meters) {
    public static Segment of(WorkerChain chain, int firstEntry, List<PlannedEntry> entries, CallMeters meters) {
        List<PlannedEntry> enforced =
                entries.stream().filter(entry -> !entry.shadow()).toList();
        OnFailure onWorker = strictest(enforced, PlannedEntry::onWorkerFailure);
        OnFailure onOverload = strictest(enforced, PlannedEntry::onOverload);
        return new Segment(
                chain, firstEntry, List.copyOf(entries), onWorker, onOverload, metadataRead(entries), meters);
    }

    private static Set<String> metadataRead(List<PlannedEntry> entries) {
        return entries.stream().flatMap(entry -> entry.metadataRead().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static OnFailure strictest(List<PlannedEntry> entries, Function<PlannedEntry, OnFailure> rule) {
        return entries.stream().map(rule).min(Comparator.naturalOrder()).orElse(OnFailure.CONTINUE);
    }

    public Worker worker() {
        return chain.worker();
    }

    /** Returns the exclusive end index of the entries in the prepared chain. */
    public int endEntry() {
        return firstEntry + entries.size();
    }

    /**
     * Returns the entry at an index of the prepared chain.
     *
     * @throws IndexOutOfBoundsException if the entry is not in this segment
     */
    public PlannedEntry entry(int index) {
        return entries.get(index - firstEntry);
    }

    /** Returns whether all entries are shadow entries, so that the chain continues regardless of their results. */
    public boolean isShadow() {
        for (int i = 0; i < entries.size(); i++) {
            if (!entries.get(i).shadow()) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether no enforced entry reads the body, so that the body passes regardless of the entries' results. */
    public boolean onlyShows() {
        return entries.stream().allMatch(entry -> entry.shadow() || !entry.readsBody());
    }

    /** Returns whether the chain may continue if this segment's worker fails. */
    public boolean isDispensable() {
        return onWorkerFailure != OnFailure.DENY;
    }

    public boolean readsBody() {
        return firstReader() >= 0;
    }

    /** Returns whether a policy reads the request's body in the response phase. */
    public boolean keepsRequestBody() {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).keepsRequestBody()) {
                return true;
            }
        }
        return false;
    }

    boolean readsTrailers() {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).readsTrailers()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the index within this segment of the first entry that reads the body, or -1. */
    int firstReader() {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).readsBody()) {
                return i;
            }
        }
        return -1;
    }

    public boolean wantsEnd() {
        return wantsEnd(EndAccuracy.STREAM);
    }

    boolean wantsEnd(EndAccuracy min) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).endAccuracy().compareTo(min) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the entries from index {@code from} (inclusive) to {@code to} (exclusive) as a segment. The part reacts
     * to a failure like the whole segment. Otherwise a failure could let the message pass only because the segment is
     * called in parts.
     */
    Segment part(int from, int to) {
        Segment part = of(chain, firstEntry + from, entries.subList(from, to), meters);
        return part.isShadow()
                ? part
                : new Segment(
                        chain, part.firstEntry, part.entries, onWorkerFailure, onOverload, part.metadataRead, meters);
    }

    /**
     * Splits the segment so that no part has both an entry that reads the body and an entry for which Envoy's metadata
     * replaces the body. A call sends the body to all of its entries or to none.
     */
    List<Segment> separated() {
        List<Segment> parts = new ArrayList<>();
        int start = 0;
        boolean reads = false;
        boolean doesWithout = false;
        for (int i = 0; i < entries.size(); i++) {
            PlannedEntry entry = entries.get(i);
            if ((entry.readsBody() && doesWithout) || (entry.withoutBody() && reads)) {
                parts.add(part(start, i));
                start = i;
                reads = false;
                doesWithout = false;
            }
            reads |= entry.readsBody();
            doesWithout |= entry.withoutBody();
        }
        if (start == 0) {
            return List.of(this);
        }
        parts.add(part(start, entries.size()));
        return parts;
    }

    /** Returns the selected entries as parts of this segment. Consecutive entries stay in one call. */
    List<Segment> parts(Predicate<PlannedEntry> wanted) {
        List<Segment> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= entries.size(); i++) {
            if (i == entries.size() || !wanted.test(entries.get(i))) {
                if (start < i) {
                    parts.add(part(start, i));
                }
                start = i + 1;
            }
        }
        return parts;
    }
}
