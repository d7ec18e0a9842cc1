package io.policyengine.policies.authentication.shared.jwt;

/** The reasons why a text is not a verifiable token. */
public enum JwsFault {
    FORM("The token is not a signed JWT: three parts with dots between them are expected"),
    ENCRYPTED("The token is encrypted (JWE), which is not accepted"),
    /** A part is not canonical base64url. */
    ENCODING("The token is not base64url without padding"),
    /** The header is not a JSON object, has a duplicate member, or has a member of a wrong type. */
    HEADER("The header of the token is malformed"),
    /** The header contains a key, or the URL of a key. */
    EMBEDDED_KEY("The token contains a key, which is not accepted"),
    /** The header requires extensions, which are not supported. */
    CRITICAL("The token requires extensions that are not supported"),
    TYPE("The token has a type that is not accepted"),
    /** The algorithm is unknown or not accepted. */
    ALGORITHM("The token is signed by an algorithm that is not accepted"),
    /** The claims are not a JSON object, have a duplicate member, or have a member of a wrong type. */
    CLAIMS("The claims of the token are malformed");

    private final String text;

    JwsFault(String text) {
        this.text = text;
    }

    /** Returns a sentence for clients, without its full stop. */
    public String text() {
        return text;
    }
}
