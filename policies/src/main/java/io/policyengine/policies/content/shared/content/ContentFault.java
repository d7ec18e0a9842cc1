package io.policyengine.policies.content.shared.content;

/** The reasons why the texts of a body cannot be read. Each refuses the body, since the next server may read it otherwise. */
public enum ContentFault {
    /** Octets are no characters of the charset: damaged, overlong, or the charset that is stated is not the one that is there. */
    UNDECODABLE("it is not written in the charset that it states"),
    /** The stated charset is none that the engine reads. */
    UNKNOWN_CHARSET("its charset is not known"),
    /** The body is not what its content type says. */
    MALFORMED("it is not what its content type says"),
    /** A name stands twice in an object of its JSON: servers differ in which value they take. */
    AMBIGUOUS("a name stands twice in an object of it"),
    /** The body nests too deep, or has too many texts at once. */
    TOO_COMPLEX("it nests too deep, or has too many texts at once"),
    /** More would have to be held back than is allowed until something is decided. */
    HELD_TOO_MUCH("too much of it would be held back"),
    /** A text is to be replaced where it cannot be written in another way, as within base64. */
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
