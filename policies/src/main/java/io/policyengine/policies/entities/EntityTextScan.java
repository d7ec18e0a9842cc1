package io.policyengine.policies.entities;

import io.policyengine.policies.content.LogicalText;
import io.policyengine.policies.textmatch.NormalText;
import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The search for entities in one text of a body, as it comes, in its normal form. Holds what is not decided, at most {@link
 * EntityFinder#LONGEST} characters, and {@link EntityFinder#CONTEXT} before it.
 */
public final class EntityTextScan {
    private final EntityScan scan;
    private @Nullable Shown shown;

    /** The first character that is not decided. */
    private int open;

    /** The length of a text that has come at once. */
    private int end;

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
        if (text.isEnded() && text.position() == 0 && text.fresh() == 0 && isPlain(text)) {
            whole(text, findings);
            return;
        }
        if (shown == null) {
            shown = new Shown(new NormalText());
        }
        NormalText normal = shown.text;
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

    /** True if it is in its normal form as far as is seen at once: letters and blanks of ASCII. */
    private static boolean isPlain(LogicalText text) {
        for (int i = 0; i < text.length(); i++) {
            int c = text.codePointAt(i);
            if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** Reads a text that has come at once, as most strings do. */
    private void whole(LogicalText text, Findings findings) {
        char[] characters = new char[text.length()];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (char) text.codePointAt(i);
        }
        for (Found found : scan.scan(CharBuffer.wrap(characters), 0, true).found()) {
            findings.found(found.entity(), found.start(), found.end(), found.continues());
        }
        end = characters.length;
    }

    /** The place before which nothing will be found any more. */
    public long undecidedFrom() {
        return shown == null ? end : shown.text.place(open);
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
