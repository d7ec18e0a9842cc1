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
 * The course of a chain: which of its entries have had their turn, in chain order, and what became of it. Those in the shadow have none.
 */
final class ChainCourse {
    private final Phase phase;
    private final FlowPlan flow;

    /** The names of entries that have run and read trailers, which come later. */
    private Set<String> ran = Set.of();

    /** Entries whose turn is over. */
    private int finished;

    /** The names of those that failed, or were skipped with their worker. */
    private List<String> failed = List.of();

    private List<String> passedOver = List.of();

    /** A chain before any of it has run. */
    ChainCourse(Phase phase, FlowPlan flow) {
        this.phase = phase;
        this.flow = flow;
    }

    Phase phase() {
        return phase;
    }

    /** An entry has run, and did not fail. */
    void ran(PlannedEntry entry) {
        if (entry.readsTrailers()) {
            ran = ran.isEmpty() ? new HashSet<>() : ran;
            ran.add(entry.name());
        }
    }

    /** The flow of the entries that are called with trailers. */
    FlowPlan onTrailers() {
        return ran.isEmpty() ? FlowPlan.EMPTY : flow.onTrailers(entry -> ran.contains(entry.name()));
    }

    /** The turn of an entry is over. */
    void finished(PlannedEntry entry) {
        finished += entry.shadow() ? 0 : 1;
    }

    /** An entry has failed. */
    void failed(PlannedEntry entry) {
        failed = with(failed, entry.name());
    }

    /** The turn of entries that did not run is over, since their worker failed. */
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

    /** The entries of a segment whose turn is not over. */
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
     * The progress of the chain.
     *
     * @param failing entries that fail now, together: the first of them is named apart
     * @param ends whether those after them do not run
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
