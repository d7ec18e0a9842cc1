package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.authentication.shared.credential.TokenSourceParams;
import io.policyengine.policies.authentication.shared.credential.TokenSources;
import io.policyengine.policies.authentication.shared.oauth2.ClientParams;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Authenticates by a token that an authorization server is asked for (RFC 7662).")
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

        @Doc("The places that may hold a token. A request with more than one token is refused.")
        @Default(TokenSources.DEFAULT)
        List<TokenSourceParams> tokenSources,

        @Doc("True if a request without token is refused. Otherwise it passes without identity; a token that is not "
                + "active is refused all the same.")
        @Default("true")
        boolean required,

        @Doc("True if the upstream gets the token; false takes it out of the request.") @Default("true")
        boolean forward,

        @Doc(value = "One of these must be among the audiences (aud) of a token.", examples = "\"orders\"") @Nullable
        StringOrList audience,

        @Doc(
                value =
                        "Members of the answer by name or JSON Pointer, and the value that each must have: a value, or a list of which one is enough. A member that is a list must hold one of them.",
                examples = "{\"client_id\": [\"shop\", \"app\"]}")
        @Default("{}")
        Map<String, JsonNode> requiredClaims,

        @Doc(value = "Scopes that a token must have, all of them.", examples = "[\"orders:read\"]") @Nullable
        StringOrList requiredScopes,

        @Doc(value = "Scopes of which a token must have one.", examples = "[\"orders:read\", \"orders:admin\"]")
        @Nullable
        StringOrList anyScope,

        @Doc(
                value =
                        "Request headers by name, and the member of the answer, by name or JSON Pointer, that each gets, besides X-User-ID, which gets the identity. What clients send in them never passes.",
                examples = "{\"X-User-Email\": \"email\", \"X-Client\": \"client_id\"}")
        @Default("{\"X-User-Email\": \"email\"}")
        Map<String, String> claimsToHeaders,

        @Doc("Members, by name or JSON Pointer, of which the first that is there becomes the identity and X-User-ID.")
        @Default("[\"sub\", \"client_id\"]")
        StringOrList idClaim,

        @Doc("Members of which the first that is there has the roles: a list of strings, or one.") @Default("\"roles\"")
        StringOrList rolesClaim,

        @Doc(
                "Members of which the first that is there has the scopes: a list of strings, or one with blanks between scopes.")
        @Default("\"scope\"")
        StringOrList scopesClaim,

        @Doc("Length of a token at most, in bytes.") @Default("4096") @Range(min = 16, max = 65_536)
        int maxTokenBytes,

        @Doc("The holding of answers.") @Default("{}") CacheParams cache,

        @Doc("Name of the place that the client is asked to sign in to.") @Default("\"restricted\"")
        String realm,

        @Doc(
                value = "URL of this resource's metadata (RFC 9728), which a challenge then names.",
                examples = "\"https://api.example.com/.well-known/oauth-protected-resource\"")
        @Nullable
        String resourceMetadata,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    record CacheParams(
            @Doc(
                    "Seconds for which an active token is not asked for again; it never outlives its exp. A token that is taken back is accepted for so long.")
            @Default("60")
            @Range(min = 0, max = 86_400)
            int ttlS,

            @Doc("Seconds for which a token that is not active is not asked for again.")
            @Default("10")
            @Range(min = 0, max = 86_400)
            int negativeTtlS,

            @Doc(
                    "Seconds after ttl_s for which an active token, until its exp, is still accepted while the server does not answer.")
            @Default("0")
            @Range(min = 0, max = 86_400)
            int staleS,

            @Doc("Answers that are held at most; one longer than 1 KiB counts as several.")
            @Default("500")
            @Range(min = 1, max = 1_000_000)
            int maxEntries) {}
}
