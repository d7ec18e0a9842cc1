package io.policyengine.policies.message.transformbody.xml;

import io.policyengine.core.work.Work;
import io.policyengine.policies.format.replace.Replacements;
import io.policyengine.policies.format.xml.XmlEvents;

/**
 * The size of an XML document, counted while it is scanned, before anything is made of it.
 *
 * @param bytes of the document
 * @param values elements and attributes
 */
public record XmlSize(long bytes, long values) {
    /** Values up to which a document is converted at once, on the event loop. */
    private static final int SMALL = 2_000;

    /** Texts in the tree, which may take two bytes for a character, and what is written. */
    private static final int PER_BYTE = 8;

    /** An object with a table, a member in it, an array, and a text. */
    private static final int PER_VALUE = 500;

    /** True if it is converted in no time. */
    public boolean isSmall() {
        return values <= SMALL && bytes <= Replacements.LARGE;
    }

    /** The work that converting it is. */
    public Work work() {
        return Work.onBody(bytes, PER_BYTE * bytes + PER_VALUE * values);
    }

    /** Counts. */
    static final class Counter implements XmlEvents {
        private long values;

        /** The elements and attributes until now. */
        long values() {
            return values;
        }

        @Override
        public boolean wantsValues() {
            return false;
        }

        @Override
        public void beginElement(String name) {
            values++;
        }

        @Override
        public void attribute(String name, String value) {
            values++;
        }

        @Override
        public void text(int codePoint) {
            // Counted by its bytes.
        }

        @Override
        public void endElement() {
            // Counted where it began.
        }
    }
}
