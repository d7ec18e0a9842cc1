package io.policyengine.policies.content.contentmoderationguardrail.callout;

import java.util.List;

/**
 * A server's verdict on a part of a text.
 *
 * @param found true if there is a finding
 * @param denies true if the server demands a denial, regardless of the check's action
 * @param ranges the code points of the finding; empty for the whole part
 */
public record ModerationVerdict(boolean found, boolean denies, List<Range> ranges) {
    /** The verdict without a finding. */
    public static final ModerationVerdict GOOD = new ModerationVerdict(false, false, List.of());

    /** The verdict that the whole part is a finding. The server does not demand a denial. */
    public static final ModerationVerdict FOUND = new ModerationVerdict(true, false, List.of());

    public ModerationVerdict {
        ranges = List.copyOf(ranges);
    }

    /** A range of code points in the part, with an exclusive end. */
    public record Range(int from, int to) {}
}
