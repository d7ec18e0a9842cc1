package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.content.shared.texts.LogicalText;

/**
 * Two searches in one text.
 *
 * @param one the search that reads first
 */
record BothScans(TextScan one, TextScan other) implements TextScan {
    @Override
    public void read(LogicalText text, Findings findings) {
        one.read(text, findings);
        other.read(text, findings);
    }

    @Override
    public long undecidedFrom() {
        return Math.min(one.undecidedFrom(), other.undecidedFrom());
    }
}
