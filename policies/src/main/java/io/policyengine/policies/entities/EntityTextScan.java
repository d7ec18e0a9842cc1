package io.policyengine.policies.entities;

import io.policyengine.policies.content.LogicalText;
import io.policyengine.policies.textmatch.NormalText;

/**
 * The search for entities in one text of a body, as it comes, in its normal form. Holds what is not decided, at most {@link
 * EntityFinder#LONGEST} characters, and {@link EntityFinder#CONTEXT} before it.
 */
public final class EntityTextScan {
    private final NormalText normal = new NormalText();
    private final CharSequence shown = new Shown(normal);
    private final EntityScan scan;

    /** The first character that is not decided. */
    private int open;

    /** A search at the beginning of a text. */
    public EntityTextScan(EntityFinder finder) {
        this.scan = finder.scan();
    }

    /** Takes what is found. */
    @FunctionalInterface
    public interface Findings {
        /**
         * An entity has been found.
         *
         * @param from the place of its first code point, counted from the beginning of the text
         * @param to the place after its last
         * @param continues true if it goes on with the one that was found before, which ends where it starts
         */
        void found(Entity entity, long from, long to, boolean continues);
    }

    /** Reads what has come of the text since the last time, and tells what it finds, from left to right. */
    public void read(LogicalText text, Findings findings) {
        normal.read(text);
        Scanned scanned = scan.scan(shown, open, text.isEnded());
        for (Found found : scanned.found()) {
            findings.found(found.entity(), normal.from(found.start()), normal.to(found.end() - 1), found.continues());
        }
        open = scanned.decided();
        if (open > 2 * EntityFinder.CONTEXT) {
            int spare = open - EntityFinder.CONTEXT;
            normal.drop(spare);
            open -= spare;
        }
    }

    /** The place before which nothing will be found any more. */
    public long undecidedFrom() {
        return normal.place(open);
    }

    /** The normal text, as a sequence of characters. */
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
        public CharSequence subSequence(int start, int end) {
            return toString().substring(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
