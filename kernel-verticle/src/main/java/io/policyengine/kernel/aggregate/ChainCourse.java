package io.policyengine.kernel.aggregate;

import io.policyengine.core.policy.Phase;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The progress of a chain's run: its worker calls, and the entries that have run, failed or been skipped, in chain
 * order. Shadow entries are left out.
 */
final class ChainCourse {
    private final Phase phase;
    private final FlowPlan flow;

    /** The names of entries that have run on the headers and will read the trailers. */
    private Set<String> ran = Set.of();

    private int calls;
    private int finished;

    /** The names of failed entries. Entries that were skipped because their worker failed are in {@code passedOver}. */
    private List<String> failed = List.of();

    private List<String> passedOver = List.of();

    ChainCourse(Phase phase, FlowPlan flow) {
        this.phase = phase;
        this.flow = flow;
    }

    Phase phase() {
        return phase;
    }

    /** Records that the chain has called a worker. */
    void called() {
        calls++;
    }

    /** Returns the number of worker calls, excluding calls for chunks of bodies. */
    int calls() {
        return calls;
    }

    /** Records that an entry has run without failing. */
    void ran(PlannedEntry entry) {
        if (entry.readsTrailers()) {
            ran = ran.isEmpty() ? new HashSet<>() : ran;
            ran.add(entry.name());
        }
    }

    /** Returns a flow with only the entries that are called again with the trailers. */
    FlowPlan onTrailers() {
        return ran.isEmpty() ? FlowPlan.EMPTY : flow.onTrailers(entry -> ran.contains(entry.name()));
    }

    void finished(PlannedEntry entry) {
        finished += entry.shadow() ? 0 : 1;
    }

    void failed(PlannedEntry entry) {
        failed = with(failed, entry.name());
    }

    /** Records entries that were skipped because their worker failed. */
    void passOver(List<String> names) {
        for (String name : names) {
            passedOver = with(passedOver, name);
        }
        finished += names.size();
    }

    private static List<String> with(List<String> names, String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }

    /** Returns the names of a segment's entries that have not run yet, except those in shadow mode. */
    List<String> leftOf(Segment failing) {
        List<String> left = new ArrayList<>();
        int index = 0;
        for (Segment segment : flow.segments()) {
            for (PlannedEntry entry : segment.entries()) {
                if (!entry.shadow() && index++ >= finished && segment.equals(failing)) {
                    left.add(entry.name());
                }
            }
        }
        return left;
    }

    /**
     * Returns the progress of the chain.
     *
     * @param failing number of entries that fail together now; the first of them is left out of both lists of the
     *     result
     * @param ends whether the chain ends, so that the entries after the failing ones do not run
     */
    ChainProgress progress(int failing, boolean ends) {
        List<String> executed = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        int index = 0;
        for (Segment segment : flow.segments()) {
            for (PlannedEntry entry : segment.entries()) {
                if (entry.shadow()) {
                    continue;
                }
                boolean skips = index < finished
                        ? passedOver.contains(entry.name())
                        : index < finished + failing ? index > finished : ends;
                if (skips) {
                    skipped.add(entry.name());
                } else if (index < finished && !failed.contains(entry.name())) {
                    executed.add(entry.name());
                }
                index++;
            }
        }
        return new ChainProgress(phase, executed, skipped);
    }
}
