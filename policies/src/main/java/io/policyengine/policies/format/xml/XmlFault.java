package io.policyengine.policies.format.xml;

/** An XML document that is not to be read on. Expected, so it has no stack trace. */
public final class XmlFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of faults. */
    public enum Kind {
        /** The text is not well-formed XML 1.0, or not as Namespaces in XML 1.0 has it. */
        MALFORMED,
        /** The text's encoding is none of those that are read, or is stated in two ways. */
        ENCODING,
        /** The text's bytes are not of its encoding. */
        UNDECODABLE,
        /** The text has a document type declaration. */
        DTD,
        /** The text refers to an entity other than the five that every reader knows. */
        ENTITY,
        /** The text has a processing instruction. */
        INSTRUCTION,
        /** The text has a comment. */
        COMMENT,
        /** The text nests too deep. */
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
