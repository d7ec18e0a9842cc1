package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import io.policyengine.core.params.StringOrList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

@Doc("An issuer and the source of its keys: jwks_uri, jwks, jwks_file or secret; if all are absent, OpenID discovery.")
record IssuerParams(
        @Doc(
                value = "The issuer, exactly as in the claim iss of its tokens.",
                examples = "\"https://auth.example.com\"")
        @NonEmpty
        String issuer,

        @Doc("Accepted audiences: a token must name at least one of them in aud. If absent, any audience is accepted.")
        @Nullable
        StringOrList audiences,

        @Doc(
                value =
                        "Signature algorithms that are accepted: RS256, PS256, ES256 and EdDSA if none are named; with a secret, HS256.",
                examples = {"\"ES256\"", "[\"RS256\", \"PS256\"]"})
        @Nullable
        StringOrList algorithms,

        @Doc(value = "URL of the issuer's JWK set.", examples = "\"https://auth.example.com/keys\"") @Nullable
        String jwksUri,

        @Doc("The issuer's JWK set itself.") @Nullable ObjectNode jwks,

        @Doc(
                value = "File with the issuer's JWK set, relative to the conf directory. It is read again when it "
                        + "changes.",
                examples = "\"jwks.json\"")
        @Nullable
        String jwksFile,

        @Doc(
                "True to find the keys by the issuer's OpenID discovery document, which is the default if no other source is given.")
        @Default("false")
        boolean discovery,

        @Doc(
                "Secrets for HS256, HS384 and HS512, of at least 32, 48 and 64 bytes: text, or base64url with the prefix base64url:.")
        @Secret
        @Nullable
        StringOrList secret,

        @Doc("Maximum difference between the clocks of issuer and engine, in seconds.")
        @Default("30")
        @Range(min = 0, max = 3600)
        int leewayS,

        @Doc("Maximum age of a token, in seconds since its claim iat, regardless of its exp.")
        @Range(min = 1, max = 315_360_000)
        @Nullable
        Integer maxAgeS,

        @Doc(
                value = "Text before the value of id_claim in the identity and in X-User-ID. Different prefixes keep "
                        + "the ids of different issuers distinct.",
                examples = "\"partner:\"")
        @Default("\"\"")
        String idPrefix,

        @Doc("Claims that hold the roles in this issuer's tokens, in place of the roles_claim of all issuers.")
        @Nullable
        StringOrList rolesClaim,

        @Doc("Request headers with claims of this issuer's tokens, in place of the claims_to_headers of all issuers.")
        @Nullable
        Map<String, String> claimsToHeaders) {

    /** Creates the parameters of an issuer whose keys are found by OpenID discovery. */
    static IssuerParams discovered(String issuer, @Nullable StringOrList audiences, int leewayS) {
        return new IssuerParams(issuer, audiences, null, null, null, null, true, null, leewayS, null, "", null, null);
    }

    /** Returns whether the keys are fetched from a server. */
    boolean fetchesKeys() {
        return discovery || jwksUri != null || (jwks == null && jwksFile == null && secret == null);
    }

    /** Returns a copy with only those parameters that affect the verification of the issuer's tokens. */
    IssuerParams verification() {
        return new IssuerParams(
                issuer, null, algorithms, jwksUri, jwks, jwksFile, discovery, secret, leewayS, maxAgeS, "", null, null);
    }

    /** Returns a text without secrets. */
    @Override
    public String toString() {
        return "IssuerParams[" + issuer + "]";
    }
}
