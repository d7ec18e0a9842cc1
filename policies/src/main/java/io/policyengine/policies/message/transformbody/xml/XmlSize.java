package io.policyengine.policies.message.transformbody.xml;

import io.policyengine.core.work.Work;
import io.policyengine.policies.format.replace.Replacements;
import io.policyengine.policies.format.xml.XmlEvents;

/**
 * The size of an XML document, counted by a scan before the conversion.
 *
 * @param bytes length of the document
 * @param values number of elements and attributes
 */
public record XmlSize(long bytes, long values) {
    /** Maximum number of values in a document that is converted on the event loop. */
    private static final int SMALL = 2_000;

    /**
     * Heap bytes per byte of the document: for its text in the tree, with up to two bytes per character, and for the
     * output.
     */
    private static final int PER_BYTE = 8;

    /** Heap bytes per value: an object with its table, a member in it, an array, and a text. */
    private static final int PER_VALUE = 500;

    /** Returns whether the document may be converted on the event loop. */
    public boolean isSmall() {
        return values <= SMALL && bytes <= Replacements.LARGE;
    }

    public Work work() {
        return Work.onBody(bytes, PER_BYTE * bytes + PER_VALUE * values);
    }

    /** Counts elements and attributes. */
    static final class Counter implements XmlEvents {
        private long values;

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
            // Its bytes are counted.
        }

        @Override
        public void endElement() {
            // Counted at its beginning.
        }
    }
}
