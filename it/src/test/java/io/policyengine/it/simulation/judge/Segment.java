package io.policyengine.it.simulation.judge;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.it.simulation.world.Chain;
import io.policyengine.it.simulation.world.Entry;
import io.policyengine.it.simulation.world.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive entries of one worker, which one call runs.
 *
 * @param all those of the worker there, which are more if the call runs only a part of them
 */
record Segment(String worker, List<Entry> entries, List<Entry> all) {
    /** The calls of a chain. What stands before the first entry that reads the body runs before it is there. */
    static List<Segment> of(Chain chain) {
        int reader = chain.firstReader();
        List<Segment> calls = new ArrayList<>();
        for (Segment segment : prepared(chain)) {
            if (segment.has(reader) && reader > segment.begin()) {
                int split = reader - segment.begin();
                calls.add(segment.part(0, split));
                calls.add(segment.part(split, segment.entries().size()));
            } else {
                calls.add(segment);
            }
        }
        return calls;
    }

    /** What is prepared of a chain in workers. */
    static List<Segment> prepared(Chain chain) {
        List<Segment> segments = new ArrayList<>();
        List<Entry> entries = chain.entries();
        int begin = 0;
        for (int i = 1; i <= entries.size(); i++) {
            String worker = entries.get(begin).worker();
            if (i == entries.size() || !entries.get(i).worker().equals(worker)) {
                List<Entry> all = entries.subList(begin, i);
                segments.add(new Segment(worker, all, all));
                begin = i;
            }
        }
        return segments;
    }

    private Segment part(int from, int to) {
        return new Segment(worker, entries.subList(from, to), all);
    }

    int begin() {
        return entries.getFirst().index();
    }

    int end() {
        return entries.getLast().index() + 1;
    }

    boolean has(int index) {
        return index >= begin() && index < end();
    }

    /** Whether nothing of it has an effect: nobody waits for it, either. */
    boolean isShadow() {
        return entries.stream().allMatch(Entry::shadow);
    }

    /** Whether something of it is to have an effect on the request. */
    boolean isFor(Request request) {
        return entries.stream().anyMatch(entry -> !entry.shadow() && entry.isFor(request));
    }

    /**
     * Returns the effect of a failure of its call as a whole: the strictest rule of all entries there, so that a chain is not open
     * merely because it is called in parts.
     *
     * @param unset the rule of those that have none
     */
    OnFailure rule(OnFailure unset) {
        return all.stream()
                .filter(entry -> !entry.shadow())
                .map(entry -> entry.onFailure() == null ? unset : entry.onFailure())
                .min(OnFailure::compareTo)
                .orElse(OnFailure.CONTINUE);
    }
}
