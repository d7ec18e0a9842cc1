package io.policyengine.policies.content.shared.content;

/** The reasons why the texts of a body cannot be read. The body is refused, since servers might differ on it. */
public enum ContentFault {
    /** Octets are damaged or overlong, or the stated charset is not the actual one. */
    UNDECODABLE("it is not written in the charset that it states"),
    /** The engine does not support the stated charset. */
    UNKNOWN_CHARSET("its charset is not known"),
    /** The body is not what its content type says. */
    MALFORMED("it is not what its content type says"),
    /** A name occurs twice in a JSON object: servers differ in which value they use. */
    AMBIGUOUS("a name stands twice in an object of it"),
    /** The body nests too deep, or has too many texts at once. */
    TOO_COMPLEX("it nests too deep, or has too many texts at once"),
    /** More octets would have to be held back for a decision than allowed. */
    HELD_TOO_MUCH("too much of it would be held back"),
    /** A text is to be replaced where it cannot be rewritten, such as within base64. */
    NOT_REPLACEABLE("a text in it cannot be replaced where it stands");

    private final String because;

    ContentFault(String because) {
        this.because = because;
    }

    /** The reason, as the end of a sentence about the body. */
    public String because() {
        return because;
    }
}
