package io.policyengine.policies.format.xml;

/** An XML document that is not to be read on. Expected, so it has no stack trace. */
public final class XmlFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of faults. */
    public enum Kind {
        /** It is no well-formed XML 1.0, or not as Namespaces in XML 1.0 has it. */
        MALFORMED,
        /** Its encoding is none of those that are read, or is stated in two ways. */
        ENCODING,
        /** Its bytes are not of its encoding. */
        UNDECODABLE,
        /** It has a document type declaration. */
        DTD,
        /** It refers to an entity other than the five that every reader knows. */
        ENTITY,
        /** It has a processing instruction. */
        INSTRUCTION,
        /** It has a comment. */
        COMMENT,
        /** It nests too deep. */
        DEPTH,
        /** An element has too many child elements. */
        CHILDREN,
        /** An element has too many attributes. */
        ATTRIBUTES,
        /** Too many declarations of namespaces hold at one place. */
        NAMESPACES,
        /** A text, a value of an attribute, a comment or an instruction is too long. */
        STRING,
        /** A name is too long. */
        NAME
    }

    XmlFault(Kind kind) {
        super(kind.name(), null, false, false);
        this.kind = kind;
    }

    /** The kind of fault. */
    public Kind kind() {
        return kind;
    }
}
