package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Flat;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.IdSpace;
import io.policyengine.policies.authentication.shared.credential.TokenParams;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Authenticates by a signed JSON Web Token (RFC 7519).")
record JwtValidationParams(
        @Doc(
                value = "The issuer of the tokens, exactly as in their claim iss; its keys are found by OpenID "
                        + "discovery. Short form of issuers.",
                examples = "\"https://auth.example.com\"")
        @Nullable
        String issuer,

        @Doc(
                value = "Accepted audiences: a token must name at least one of them in aud. Part of the short form.",
                examples = {"\"api-service\"", "[\"api-service\", \"billing\"]"})
        @Nullable
        StringOrList audience,

        @Doc("The issuers whose tokens are accepted.") @Default("[]")
        List<IssuerParams> issuers,

        @Flat TokenParams token,

        @Doc("True to refuse requests without a token; false to pass them without an identity. An invalid token is "
                + "always refused.")
        @Default("true")
        boolean required,

        @Doc(
                value = "Required values by claim (name or JSON Pointer): one value, or a list of alternative values. "
                        + "If the claim is a list, it must contain one of the values.",
                examples = "{\"tenant\": \"acme\", \"/realm_access/roles\": [\"reader\", \"writer\"]}")
        @Default("{}")
        Map<String, JsonNode> requiredClaims,

        @Doc(
                value = "Request headers to set from claims: header names, each with a claim (name or JSON Pointer). "
                        + "X-User-ID is always set to the identity. Values that clients send in these headers "
                        + "are removed.",
                examples = "{\"X-User-Email\": \"email\", \"X-Tenant\": \"tenant\"}")
        @Default("{\"X-User-Email\": \"email\"}")
        Map<String, String> claimsToHeaders,

        @Doc("The claim, by name or JSON Pointer, that becomes the identity and X-User-ID.") @Default("\"sub\"")
        String idClaim,

        @Doc(
                value = "Claims, by name or JSON Pointer. The first one that is present holds the roles: a list of "
                        + "strings, or one string without commas and blanks.",
                examples = "\"/realm_access/roles\"")
        @Default("\"roles\"")
        StringOrList rolesClaim,

        @Doc("Claims, by name or JSON Pointer. The first one that is present holds the scopes: a list of strings, "
                + "or one string with blanks between scopes.")
        @Default("[\"scope\", \"scp\"]")
        StringOrList scopesClaim,

        @Doc("Accepted token types (typ in the token's header), without a leading application/. A token without a "
                + "type has the type JWT.")
        @Default("[\"JWT\", \"at+jwt\"]")
        StringOrList tokenTypes,

        @Doc("True to refuse tokens without the claim exp.") @Default("true")
        boolean requireExp,

        @Doc("Maximum length of a token, in bytes.") @Default("16384") @Range(min = 256, max = 65_536)
        int maxTokenBytes,

        @Doc("The cache of verified tokens.") @Default("{}") CacheParams cache,

        @Doc("How keys are fetched, for all issuers.") @Default("{}")
        JwksParams jwks,

        @Doc("True to permit fetching keys by plain http from other machines.") @Default("false")
        boolean allowHttp,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** Returns the request fields that carry claims of any issuer. */
    Set<String> fields() {
        Set<String> fields = new LinkedHashSet<>(claimsToHeaders.keySet());
        for (IssuerParams entry : issuers) {
            if (entry.claimsToHeaders() != null) {
                fields.addAll(entry.claimsToHeaders().keySet());
            }
        }
        return fields;
    }

    /** Returns each issuer with the prefix of its ids. */
    List<IdSpace> idSpaces() {
        List<IdSpace> spaces = new ArrayList<>();
        if (issuer != null) {
            spaces.add(new IdSpace(issuer, ""));
        }
        issuers.forEach(entry -> spaces.add(new IdSpace(entry.issuer(), entry.idPrefix())));
        return spaces;
    }

    /**
     * Returns the id prefixes of other issuers that are longer and begin with this prefix. An id with this prefix might
     * also begin with such a longer prefix.
     */
    List<String> prefixesWithin(String prefix) {
        return issuers.stream()
                .map(IssuerParams::idPrefix)
                .filter(other -> other.length() > prefix.length() && other.startsWith(prefix))
                .toList();
    }

    /** Returns whether there is an issuer whose tokens are accepted with any audience. */
    boolean acceptsAnyAudience() {
        return (issuer != null && audience == null) || issuers.stream().anyMatch(entry -> entry.audiences() == null);
    }

    /** Returns whether the keys of at least one issuer are fetched from a server. */
    boolean fetchesKeys() {
        return issuer != null || issuers.stream().anyMatch(IssuerParams::fetchesKeys);
    }

    /** The parameters that affect the verification of a token. The requirements on its claims are not among them. */
    record Verification(
            @Nullable String issuer,
            List<IssuerParams> issuers,
            StringOrList tokenTypes,
            boolean requireExp,
            CacheParams cache,
            JwksParams jwks,
            boolean allowHttp) {}

    Verification verification() {
        List<IssuerParams> verified =
                issuers.stream().map(IssuerParams::verification).toList();
        return new Verification(issuer, verified, tokenTypes, requireExp, cache, jwks, allowHttp);
    }

    record CacheParams(
            @Doc("Maximum number of cached tokens, at 8 KiB of memory each; a token with many claims counts as "
                    + "several. 0 for no cache.")
            @Default("500")
            @Range(min = 0, max = 1_000_000)
            int maxEntries,

            @Doc(
                    "Maximum seconds for which a verified token is cached, never beyond its exp or the validity of its key.")
            @Default("300")
            @Range(min = 1, max = 86_400)
            int ttlS) {}

    record JwksParams(
            @Doc(
                    "Seconds after which keys are fetched again. While fetches fail, the last keys are valid for five times as long.")
            @Default("300")
            @Range(min = 1, max = 86_400)
            int refreshS,

            @Doc("Minimum seconds between two fetches caused by tokens with unknown keys.")
            @Default("30")
            @Range(min = 1, max = 86_400)
            int cooldownS,

            @Doc("Maximum duration of a fetch, in milliseconds. The target's time-out applies if it is shorter; for a "
                    + "URL, the time-out is 500.")
            @Default("500")
            @Range(min = 10, max = 30_000)
            int timeoutMs) {}
}
