package io.policyengine.policies.content.contentmoderationguardrail.check;

import io.policyengine.policies.content.shared.entities.EntityFinder;
import io.policyengine.policies.content.shared.entities.EntityTextScan;
import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.policyengine.policies.content.shared.texts.LogicalText;

/** Finds personal data or secrets in one text. Holds only the state of an {@link EntityTextScan}. */
final class EntityCheckScan implements TextScan {
    private final EntityTextScan scan;

    EntityCheckScan(EntityFinder finder) {
        this.scan = new EntityTextScan(finder);
    }

    @Override
    public void read(LogicalText text, Findings findings) {
        scan.read(text, (_, from, to, _) -> findings.found(from, to, Check.FOUND));
    }

    @Override
    public long undecidedFrom() {
        return scan.undecidedFrom();
    }
}
