package io.policyengine.policies.content.contentmoderationguardrail.callout;

import java.util.List;

/**
 * A server's verdict on a part of a text.
 *
 * @param found true if there is a finding
 * @param denies true if the server requires a denial, regardless of the check's action
 * @param ranges the code points of the finding; empty: all
 */
public record Verdict(boolean found, boolean denies, List<Range> ranges) {
    /** The verdict without a finding. */
    public static final Verdict GOOD = new Verdict(false, false, List.of());

    /** All of it is found. */
    public static final Verdict FOUND = new Verdict(true, false, List.of());

    /** A copy. */
    public Verdict {
        ranges = List.copyOf(ranges);
    }

    /** Code points of the part, from one up to before another. */
    public record Range(int from, int to) {}
}
