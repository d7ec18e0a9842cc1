package io.policyengine.policies.content.shared.promptinjection;

import java.util.List;
import java.util.Set;

/**
 * The signs of a text.
 *
 * @param score between 0 and 1: one less the product of what each kind of sign leaves
 * @param signals the kinds that were found
 * @param ranges the places of the text where signs stand, in UTF-16 code units; they may overlap
 */
public record Assessment(double score, Set<Signal> signals, List<Range> ranges) {
    /** A copy. */
    public Assessment {
        signals = Set.copyOf(signals);
        ranges = List.copyOf(ranges);
    }

    /** A part of a text, from a code unit up to before another. */
    public record Range(int from, int to) {}
}
