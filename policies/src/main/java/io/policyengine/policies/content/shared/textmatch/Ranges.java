package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.content.shared.texts.LogicalText;
import java.util.ArrayList;
import java.util.List;

/** The ranges of a text that await replacement; overlapping ranges are joined. */
public final class Ranges {
    private final List<Range> ranges = new ArrayList<>();

    private record Range(long from, long to) {}

    /** Adds a range of positions, counted from the beginning of the text. */
    public void add(long from, long to) {
        long first = from;
        long last = to;
        int at = ranges.size();
        while (at > 0 && ranges.get(at - 1).to > first) {
            Range other = ranges.get(at - 1);
            if (other.from < last) {
                first = Math.min(first, other.from);
                last = Math.max(last, other.to);
                ranges.remove(at - 1);
            }
            at--;
        }
        ranges.add(at, new Range(first, last));
    }

    /**
     * Replaces the ranges that end at or before a position. Decides the text up to that position, or up to the
     * beginning of a range that extends beyond it.
     */
    public void replace(LogicalText text, long upTo, String with) {
        long decided = upTo;
        int done = 0;
        for (Range range : ranges) {
            if (range.to > upTo) {
                decided = Math.min(decided, range.from);
                break;
            }
            text.replace((int) (range.from - text.position()), (int) (range.to - text.position()), with);
            done++;
        }
        ranges.subList(0, done).clear();
        text.decide((int) Math.max(0, decided - text.position()));
    }
}
