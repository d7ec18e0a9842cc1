package io.policyengine.policies.content.contentmoderationguardrail.callout;

import java.util.List;

/**
 * A server's verdict on a part of a text.
 *
 * @param found true if there is a finding
 * @param denies true if the server requires a denial, regardless of the check's action
 * @param ranges the code points of the finding; empty: all
 */
public record ModerationVerdict(boolean found, boolean denies, List<Range> ranges) {
    /** The verdict without a finding. */
    public static final ModerationVerdict GOOD = new ModerationVerdict(false, false, List.of());

    /** All of it is found. */
    public static final ModerationVerdict FOUND = new ModerationVerdict(true, false, List.of());

    /** A copy. */
    public ModerationVerdict {
        ranges = List.copyOf(ranges);
    }

    /** Code points of the part, from one up to before another. */
    public record Range(int from, int to) {}
}
