package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Flat;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.IdSpace;
import io.policyengine.policies.authentication.shared.credential.TokenParams;
import io.policyengine.policies.authentication.shared.oauth2.ClientParams;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Authenticates by a token that an authorization server introspects (RFC 7662).")
record Oauth2IntrospectionParams(
        @Doc(
                value = "Name of the target (worker_core.targets) whose URL is the introspection endpoint.",
                examples = "\"introspection\"")
        @Nullable
        @NonEmpty
        String target,

        @Doc(
                value = "URL of the introspection endpoint, in place of a target.",
                examples = "\"https://auth.example.com/oauth2/introspect\"")
        @Nullable
        @NonEmpty
        String url,

        ClientParams client,

        @Flat TokenParams token,

        @Doc("True to refuse requests without a token; false to pass them without an identity. A token that is not "
                + "active is always refused.")
        @Default("true")
        boolean required,

        @Doc(value = "Accepted audiences: a token must have at least one of them in aud.", examples = "\"orders\"")
        @Nullable
        StringOrList audience,

        @Doc(
                value = "Required values by member of the response (name or JSON Pointer): one value, or a list of "
                        + "alternative values. If the member is a list, it must contain one of the values.",
                examples = "{\"client_id\": [\"shop\", \"app\"]}")
        @Default("{}")
        Map<String, JsonNode> requiredClaims,

        @Doc(
                value = "Request headers to set from the response: header names, each with a member (name or JSON "
                        + "Pointer). X-User-ID is always set to the identity. Values that clients send in "
                        + "these headers are removed.",
                examples = "{\"X-User-Email\": \"email\", \"X-Client\": \"client_id\"}")
        @Default("{\"X-User-Email\": \"email\"}")
        Map<String, String> claimsToHeaders,

        @Doc("Members of the response, by name or JSON Pointer. The first one that is present becomes the identity and "
                + "X-User-ID.")
        @Default("[\"sub\", \"client_id\"]")
        StringOrList idClaim,

        @Doc(
                value = "Text before the value of id_claim in the identity and in X-User-ID. It keeps ids distinct "
                        + "from those of other issuers.",
                examples = "\"partner:\"")
        @Default("\"\"")
        String idPrefix,

        @Doc("Members of the response, by name or JSON Pointer. The first one that is present holds the roles: a "
                + "list of strings, or one string without commas and blanks.")
        @Default("\"roles\"")
        StringOrList rolesClaim,

        @Doc("Members of the response, by name or JSON Pointer. The first one that is present holds the scopes: a "
                + "list of strings, or one string with blanks between scopes.")
        @Default("\"scope\"")
        StringOrList scopesClaim,

        @Doc("Maximum length of a token, in bytes.") @Default("4096") @Range(min = 16, max = 65_536)
        int maxTokenBytes,

        @Doc("The cache of responses.") @Default("{}") CacheParams cache,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** Returns the authorization server with the prefix of the ids that it chooses. */
    IdSpace idSpace() {
        return new IdSpace(String.valueOf(target == null ? url : target), idPrefix);
    }

    record CacheParams(
            @Doc("Seconds for which the response about an active token is cached, at most until the token's exp. A "
                    + "revoked token is still accepted during this time.")
            @Default("60")
            @Range(min = 0, max = 86_400)
            int ttlS,

            @Doc("Seconds for which the response about an inactive token is cached.")
            @Default("10")
            @Range(min = 0, max = 86_400)
            int negativeTtlS,

            @Doc("Seconds after ttl_s for which a cached active token is still accepted while the server does not "
                    + "answer, at most until its exp.")
            @Default("0")
            @Range(min = 0, max = 86_400)
            int staleS,

            @Doc("Maximum number of cached responses; a response longer than 1 KiB counts as several.")
            @Default("500")
            @Range(min = 1, max = 1_000_000)
            int maxEntries) {}
}
