package io.policyengine.policies.format.xml;

/**
 * The limits of an XML document. Document types are refused unless {@link Leniency} permits them.
 *
 * @param depth maximum levels of nested elements
 * @param children maximum elements directly in one element
 * @param attributes maximum attributes of one element, including its namespace declarations
 * @param namespaces maximum namespace declarations in scope
 * @param stringBytes maximum UTF-8 bytes of an attribute value, a comment, an instruction, and the text between two tags. Text that comments and sections split is counted together
 * @param nameBytes maximum UTF-8 bytes of a name, including its prefix
 */
public record XmlLimits(
        int depth, int children, int attributes, int namespaces, int stringBytes, int nameBytes, Allowed allowed) {
    /**
     * The parts of XML that a document may have in addition to elements and texts.
     *
     * @param instructions whether there may be processing instructions
     * @param comments whether there may be comments
     * @param leniency the accepted deviations from XML 1.0 with namespaces
     */
    public record Allowed(boolean instructions, boolean comments, Leniency leniency) {
        /** Permits only elements and texts. */
        public static final Allowed NONE = new Allowed(false, false, Leniency.NONE);
    }

    /** The accepted deviations from XML 1.0 with namespaces. Each of them is accepted by some parser. */
    public enum Leniency {
        /** No deviations, and no document type. */
        NONE,
        /**
         * Other versions and characters, undeclared prefixes, other errors that some parser ignores, and the document
         * type {@code <!DOCTYPE html>}.
         */
        PARSERS,
        /**
         * The deviations of {@link #PARSERS}, and document types without declarations. Unknown entities are then
         * skipped.
         */
        SEARCH
    }

    /** Returns a copy of the limits with the deviations of {@link Leniency#PARSERS}. */
    public XmlLimits lenient() {
        Allowed more = new Allowed(allowed.instructions(), allowed.comments(), Leniency.PARSERS);
        return new XmlLimits(depth, children, attributes, namespaces, stringBytes, nameBytes, more);
    }
}
