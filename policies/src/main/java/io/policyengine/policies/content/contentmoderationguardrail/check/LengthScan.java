package io.policyengine.policies.content.contentmoderationguardrail.check;

import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.policyengine.policies.content.shared.texts.LogicalText;

/** Finds the first character beyond the maximum length of a text. */
final class LengthScan implements TextScan {
    private final long max;
    private boolean told;
    private long end;

    LengthScan(long max) {
        this.max = max;
    }

    @Override
    public void read(LogicalText text, Findings findings) {
        end = text.position() + text.length();
        if (end > max && !told) {
            told = true;
            findings.found(max, max + 1, 0);
        }
    }

    @Override
    public long undecidedFrom() {
        return end;
    }
}
