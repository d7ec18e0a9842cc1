package io.policyengine.policies.format.xml;

/** A fault that ends the reading of an XML document. Expected, so it has no stack trace. */
public final class XmlFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of faults. */
    public enum Kind {
        /** The text is not well-formed XML 1.0, or violates Namespaces in XML 1.0. */
        MALFORMED,
        /** The text's encoding is not supported, or is stated in contradictory ways. */
        ENCODING,
        /** The text's bytes are invalid in its encoding. */
        UNDECODABLE,
        /** The text has a document type declaration. */
        DTD,
        /** The text refers to an entity other than the five predefined ones. */
        ENTITY,
        /** The text has a processing instruction. */
        INSTRUCTION,
        /** The text has a comment. */
        COMMENT,
        /** The text nests too deeply. */
        DEPTH,
        /** An element has too many child elements. */
        CHILDREN,
        /** An element has too many attributes. */
        ATTRIBUTES,
        /** Too many namespace declarations are in scope. */
        NAMESPACES,
        /** A text, an attribute value, a comment or an instruction is too long. */
        STRING,
        /** A name is too long. */
        NAME
    }

    XmlFault(Kind kind) {
        super(kind.name(), null, false, false);
        this.kind = kind;
    }

    /** Returns the fault of a stated encoding that is not supported. */
    public static XmlFault ofEncoding() {
        return new XmlFault(Kind.ENCODING);
    }

    public Kind kind() {
        return kind;
    }
}
