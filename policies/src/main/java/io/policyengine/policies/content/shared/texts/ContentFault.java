package io.policyengine.policies.content.shared.texts;

/** The reasons why the texts of a body cannot be read. The body is refused, since servers might read it differently. */
public enum ContentFault {
    /** Octets are invalid in the stated charset, or the first octets contradict it. */
    UNDECODABLE("it is not written in the charset that it states"),
    /** The engine does not support the stated charset. */
    UNKNOWN_CHARSET("its charset is not supported"),
    /** The body does not have the syntax of its content type. */
    MALFORMED("it does not conform to its content type"),
    /** A name occurs twice in a JSON object. Servers differ in which of its values they use. */
    AMBIGUOUS("a name occurs twice in one of its JSON objects"),
    /** The body nests too deeply, or has too many parts or too many texts at once. */
    TOO_COMPLEX("it nests too deeply, or has too many texts at once"),
    /** A decision would require holding back more octets than allowed. */
    HELD_TOO_MUCH("more of it would have to be held back than is permitted"),
    /** A text is to be replaced, but its octets cannot be rewritten, for example within base64. */
    NOT_REPLACEABLE("a text in it cannot be replaced at its position");

    private final String because;

    ContentFault(String because) {
        this.because = because;
    }

    /** Returns the reason as the end of a sentence about the body. */
    public String because() {
        return because;
    }
}
