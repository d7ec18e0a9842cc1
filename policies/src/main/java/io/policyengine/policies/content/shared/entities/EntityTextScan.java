package io.policyengine.policies.content.shared.entities;

import io.policyengine.policies.content.shared.textmatch.NormalText;
import io.policyengine.policies.content.shared.texts.LogicalText;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Searches the normal form of one text of a body for entities, as the text arrives. Holds the undecided part, at most
 * {@link EntityFinder#LONGEST} characters, and up to twice {@link EntityFinder#CONTEXT} characters before it.
 */
public final class EntityTextScan {
    private final EntityScan scan;
    private @Nullable NormalText normal;

    /** The index of the first undecided character. */
    private int open;

    /** The length of a text that arrived in one piece. */
    private int end;

    /** Creates a search at the beginning of a text. */
    public EntityTextScan(EntityFinder finder) {
        this.scan = finder.scan();
    }

    /** Receives the entities found in a text. */
    @FunctionalInterface
    public interface Findings {
        /**
         * Reports an entity.
         *
         * @param from position of its first code point, from the beginning of the text
         * @param to position after its last code point
         * @param continues true if it continues the previously reported entity, which ends where this one begins
         */
        void found(Entity entity, long from, long to, boolean continues);
    }

    /** Reads the new part of the text, and reports findings from left to right. */
    public void read(LogicalText text, Findings findings) {
        Optional<String> whole = text.whole();
        if (whole.isPresent()) {
            whole(whole.get(), findings);
            return;
        }
        NormalText shown = normal == null ? new NormalText() : normal;
        normal = shown;
        shown.read(text);
        ScanResult scanned = scan.scan(shown, open, text.isEnded());
        for (EntityMatch found : scanned.found()) {
            findings.found(found.entity(), shown.from(found.start()), shown.to(found.end() - 1), found.continues());
        }
        open = scanned.decided();
        if (open > 2 * EntityFinder.CONTEXT) {
            int spare = open - EntityFinder.CONTEXT;
            shown.drop(spare);
            open -= spare;
        }
    }

    /** Reads a text that arrived in one piece, as most strings do. */
    private void whole(String text, Findings findings) {
        for (EntityMatch found : scan.scan(text, 0, true).found()) {
            findings.found(found.entity(), found.start(), found.end(), found.continues());
        }
        end = text.length();
    }

    /** Returns the position before which no more findings are possible. */
    public long undecidedFrom() {
        if (normal == null) {
            return end;
        }
        return open == normal.length() && waitsInVain(normal) ? normal.taken() : normal.place(open);
    }

    /** Returns whether no entity can begin with the last character, with or without combining marks after it. */
    private boolean waitsInVain(NormalText text) {
        OptionalInt last = text.waiting();
        int before = open == 0 ? Window.NOTHING : text.charAt(open - 1);
        return last.isPresent() && scan.passes((char) last.getAsInt(), before);
    }
}
