package io.policyengine.policies.content.shared.promptinjection;

import java.util.List;
import java.util.Set;

/**
 * The signs of prompt injection in a text.
 *
 * @param score between 0 and 1: one minus the product of the remainders of each kind of sign
 * @param signals the kinds found
 * @param ranges the positions of signs, in UTF-16 code units; they may overlap
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
