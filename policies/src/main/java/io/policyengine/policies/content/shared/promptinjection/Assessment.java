package io.policyengine.policies.content.shared.promptinjection;

import java.util.List;
import java.util.Set;

/**
 * The signs of prompt injection that were found in a text.
 *
 * @param score between 0 and 1: one minus the product of (1 - weight) over the kinds of signs
 * @param signals the kinds of signs found
 * @param ranges the positions of signs, in UTF-16 code units; ranges may overlap
 */
public record Assessment(double score, Set<Signal> signals, List<Range> ranges) {
    public Assessment {
        signals = Set.copyOf(signals);
        ranges = List.copyOf(ranges);
    }

    /** A range of code units with an exclusive end. */
    public record Range(int from, int to) {}
}
