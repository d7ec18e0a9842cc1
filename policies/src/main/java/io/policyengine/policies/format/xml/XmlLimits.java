package io.policyengine.policies.format.xml;

/**
 * The limits of an XML document. A document type is refused unless {@link Allowed} permits it.
 *
 * @param depth maximum levels of nested elements
 * @param children maximum elements directly in one element
 * @param attributes maximum attributes of one element, including its namespace declarations
 * @param namespaces maximum namespace declarations in scope
 * @param stringBytes maximum UTF-8 bytes of an attribute value, of a comment, of an instruction, and of the text
 *     between two tags, which includes all parts into which comments and sections split it
 * @param nameBytes maximum UTF-8 bytes of a name, including its prefix
 */
public record XmlLimits(
        int depth, int children, int attributes, int namespaces, int stringBytes, int nameBytes, Allowed allowed) {
    /**
     * The parts that a document may have in addition to elements and texts.
     *
     * @param instructions whether processing instructions are permitted
     * @param comments whether comments are permitted
     * @param htmlDoctype whether {@code <!DOCTYPE html>}, which declares nothing, is permitted
     */
    public record Allowed(boolean instructions, boolean comments, boolean htmlDoctype) {
        /** Permits only elements and texts. */
        public static final Allowed NONE = new Allowed(false, false, false);
    }

    /** Returns these limits with {@code <!DOCTYPE html>} permitted. */
    public XmlLimits withHtmlDoctype() {
        Allowed more = new Allowed(allowed.instructions(), allowed.comments(), true);
        return new XmlLimits(depth, children, attributes, namespaces, stringBytes, nameBytes, more);
    }
}
