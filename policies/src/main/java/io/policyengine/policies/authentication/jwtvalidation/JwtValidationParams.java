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
                value =
                        "The issuer of the tokens, exactly as in their claim iss; its keys are found by OpenID "
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
                value = "Claims by name or JSON Pointer, and the value that each must have: a value, or a list of "
                        + "values of which one is enough. A claim that is a list must contain one of them.",
                examples = "{\"tenant\": \"acme\", \"/realm_access/roles\": [\"reader\", \"writer\"]}")
        @Default("{}")
        Map<String, JsonNode> requiredClaims,

        @Doc(
                value =
                        "Request headers by name, each with its claim, by name or JSON Pointer; X-User-ID always gets the identity. Values that clients send in these headers are removed.",
                examples = "{\"X-User-Email\": \"email\", \"X-Tenant\": \"tenant\"}")
        @Default("{\"X-User-Email\": \"email\"}")
        Map<String, String> claimsToHeaders,

        @Doc("The claim, by name or JSON Pointer, that becomes the identity and X-User-ID.") @Default("\"sub\"")
        String idClaim,

        @Doc(
                value =
                        "Claims, by name or JSON Pointer; the first present one holds the roles: a list of strings, or a single string without commas and blanks.",
                examples = "\"/realm_access/roles\"")
        @Default("\"roles\"")
        StringOrList rolesClaim,

        @Doc(
                "Claims; the first present one holds the scopes: a list of strings, or one string with blanks between scopes.")
        @Default("[\"scope\", \"scp\"]")
        StringOrList scopesClaim,

        @Doc(
                "Types (header typ) that are accepted, without a leading application/. A token without type counts as JWT.")
        @Default("[\"JWT\", \"at+jwt\"]")
        StringOrList tokenTypes,

        @Doc("True if a token without the claim exp is refused.") @Default("true")
        boolean requireExp,

        @Doc("Maximum length of a token, in bytes.") @Default("16384") @Range(min = 256, max = 65_536)
        int maxTokenBytes,

        @Doc("The cache of verified tokens.") @Default("{}") CacheParams cache,

        @Doc("The fetching of keys, for all issuers.") @Default("{}")
        JwksParams jwks,

        @Doc("True if keys may be fetched by http from other machines.") @Default("false")
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

    /** Returns the id space of each issuer: the issuer, and the prefix of its ids. */
    List<IdSpace> idSpaces() {
        List<IdSpace> spaces = new ArrayList<>();
        if (issuer != null) {
            spaces.add(new IdSpace(issuer, ""));
        }
        issuers.forEach(entry -> spaces.add(new IdSpace(entry.issuer(), entry.idPrefix())));
        return spaces;
    }

    /**
     * Returns the longer prefixes of other issuers that begin with this prefix. An id with this prefix could also begin
     * with one of them.
     */
    List<String> prefixesWithin(String prefix) {
        return issuers.stream()
                .map(IssuerParams::idPrefix)
                .filter(other -> other.length() > prefix.length() && other.startsWith(prefix))
                .toList();
    }

    /** Returns whether the tokens of some issuer are accepted with any audience. */
    boolean acceptsAnyAudience() {
        return (issuer != null && audience == null) || issuers.stream().anyMatch(entry -> entry.audiences() == null);
    }

    /** Returns whether the keys of an issuer are fetched from a server. */
    boolean fetchesKeys() {
        return issuer != null || issuers.stream().anyMatch(IssuerParams::fetchesKeys);
    }

    /** The parameters on which the verification of a token depends, as opposed to the requirements on its claims. */
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
            @Doc(
                    "Maximum number of remembered tokens, of 8 KiB in memory each; one with many claims counts as several. 0 for none.")
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

            @Doc(
                    "Maximum duration of a fetch, in milliseconds; never more than the time-out of the target, which is 500 for a URL.")
            @Default("500")
            @Range(min = 10, max = 30_000)
            int timeoutMs) {}
}
