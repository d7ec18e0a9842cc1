package io.policyengine.policies.authentication.shared.jwt;

/** The reasons why a text is no token that could be verified. */
public enum JwsFault {
    /** The token does not have three parts. */
    FORM("The token is not a signed JWT: three parts with dots between them are expected"),
    /** Five parts: encrypted. */
    ENCRYPTED("The token is encrypted (JWE), which is not accepted"),
    /** The encoding is not the canonical one of its octets. */
    ENCODING("The token is not base64url without padding"),
    /** The header is no JSON object, or a member of it stands twice or has a wrong type. */
    HEADER("The header of the token is malformed"),
    /** The header brings a key, or says where to fetch one. */
    EMBEDDED_KEY("The token brings a key of its own, which is not accepted"),
    /** Extensions that must be understood. */
    CRITICAL("The token has critical extensions, of which none is understood"),
    /** A token made for something else, or within another. */
    TYPE("The token is of another type"),
    /** The algorithm does not verify a signature. */
    ALGORITHM("The token is signed by an algorithm that is not accepted"),
    /** The claims are no JSON object, or a member of it stands twice or has a wrong type. */
    CLAIMS("The claims of the token are malformed");

    private final String text;

    JwsFault(String text) {
        this.text = text;
    }

    /** A sentence for users, without its full stop. */
    public String text() {
        return text;
    }
}
