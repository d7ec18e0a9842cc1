package io.policyengine.policies.format.xml;

/**
 * The most that an XML document may have of anything. None may have a document type, with one exception.
 *
 * @param depth levels of elements in each other
 * @param children elements directly in one element
 * @param attributes of one element, its declarations of namespaces included
 * @param namespaces declarations that hold at one place
 * @param stringBytes bytes in UTF-8 of the text between two tags, whatever comments and sections it is split into, of an attribute's value, of
 *     a comment, and of an instruction
 * @param nameBytes bytes in UTF-8 of a name, its prefix included
 */
public record XmlLimits(
        int depth, int children, int attributes, int namespaces, int stringBytes, int nameBytes, Allowed allowed) {
    /**
     * The parts that a document may have beside elements and texts.
     *
     * @param instructions whether there may be processing instructions
     * @param comments whether there may be comments
     * @param htmlDoctype whether there may be {@code <!DOCTYPE html>}, which declares nothing
     */
    public record Allowed(boolean instructions, boolean comments, boolean htmlDoctype) {
        /** Nothing of it. */
        public static final Allowed NONE = new Allowed(false, false, false);
    }

    /** Returns these limits with {@code <!DOCTYPE html>} permitted. */
    public XmlLimits withHtmlDoctype() {
        Allowed more = new Allowed(allowed.instructions(), allowed.comments(), true);
        return new XmlLimits(depth, children, attributes, namespaces, stringBytes, nameBytes, more);
    }
}
