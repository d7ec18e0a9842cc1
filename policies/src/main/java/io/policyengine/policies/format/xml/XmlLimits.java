package io.policyengine.policies.format.xml;

/**
 * The limits of an XML document. A document type is refused, except for the one that {@link Allowed} permits.
 *
 * @param depth levels of nested elements
 * @param children elements directly in one element
 * @param attributes of one element, including its namespace declarations
 * @param namespaces declarations in scope
 * @param stringBytes UTF-8 bytes of the text between two tags, including all parts into which comments and sections
 *     split it, of an attribute's value, of a comment, and of an instruction
 * @param nameBytes UTF-8 bytes of a name, including its prefix
 */
public record XmlLimits(
        int depth, int children, int attributes, int namespaces, int stringBytes, int nameBytes, Allowed allowed) {
    /**
     * The parts that a document may have in addition to elements and texts.
     *
     * @param instructions whether there may be processing instructions
     * @param comments whether there may be comments
     * @param htmlDoctype whether there may be {@code <!DOCTYPE html>}, which declares nothing
     */
    public record Allowed(boolean instructions, boolean comments, boolean htmlDoctype) {
        /** Only elements and texts. */
        public static final Allowed NONE = new Allowed(false, false, false);
    }

    /** Returns these limits with {@code <!DOCTYPE html>} permitted. */
    public XmlLimits withHtmlDoctype() {
        Allowed more = new Allowed(allowed.instructions(), allowed.comments(), true);
        return new XmlLimits(depth, children, attributes, namespaces, stringBytes, nameBytes, more);
    }
}
