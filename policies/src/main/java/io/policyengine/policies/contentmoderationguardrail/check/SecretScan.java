package io.policyengine.policies.contentmoderationguardrail.check;

import io.policyengine.policies.content.LogicalText;
import io.policyengine.policies.entities.EntityFinder;
import io.policyengine.policies.entities.EntityScan;
import io.policyengine.policies.entities.Found;
import io.policyengine.policies.entities.Scanned;
import io.policyengine.policies.textmatch.NormalText;
import io.policyengine.policies.textmatch.TextScan;

/** Looks for secrets in the normal form of a text. Holds what is undecided, at most {@link EntityFinder#LONGEST} characters, and the context. */
final class SecretScan implements TextScan {
    private final EntityScan scan;
    private final NormalText normal = new NormalText();
    private int decided;

    SecretScan(EntityScan scan) {
        this.scan = scan;
    }

    /** The characters that are here. */
    private record Shown(NormalText text) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return text.toString().substring(from, to);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    @Override
    public void read(LogicalText text, Findings findings) {
        normal.read(text);
        Scanned scanned = scan.scan(new Shown(normal), decided, text.isEnded());
        for (Found found : scanned.found()) {
            findings.found(normal.from(found.start()), normal.to(found.end() - 1), 0);
        }
        decided = scanned.decided();
        int spare = decided - EntityFinder.CONTEXT;
        if (spare > 0) {
            normal.drop(spare);
            decided -= spare;
        }
    }

    @Override
    public long undecidedFrom() {
        return normal.place(decided);
    }
}
