package io.policyengine.policies.authentication.tokenexchange;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.authentication.shared.credential.TokenSourceParams;
import io.policyengine.policies.authentication.shared.oauth2.ClientParams;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Exchanges the client's token for one that the upstream accepts (RFC 8693).")
record TokenExchangeParams(
        @Doc(
                value = "Name of the target (worker_core.targets) whose URL is the token endpoint.",
                examples = "\"token\"")
        @Nullable
        @NonEmpty
        String target,

        @Doc(
                value = "URL of the token endpoint, in place of a target.",
                examples = "\"https://auth.example.com/oauth2/token\"")
        @Nullable
        @NonEmpty
        String url,

        ClientParams client,

        @Doc(value = "The audience that the new token is for.", examples = "\"billing\"") @Nullable
        StringOrList audience,

        @Doc(value = "The resource, by its URI, that the new token is for.", examples = "\"https://billing.example\"")
        @Nullable
        StringOrList resource,

        @Doc(value = "Scopes of the new token, with blanks between them.", examples = "\"invoices:read\"")
        @Nullable
        @NonEmpty
        String scope,

        @Doc("The places that may hold the client's token; by default, any place. An earlier entry must have "
                + "validated the token, in the same worker and without an entry of another worker in between.")
        @Nullable
        List<TokenSourceParams> subjectToken,

        @Doc("Type of the client's token.") @Default("\"urn:ietf:params:oauth:token-type:access_token\"") @NonEmpty
        String subjectTokenType,

        @Doc("Maximum length of the client's token, in bytes.") @Default("16384") @Range(min = 16, max = 65_536)
        int maxTokenBytes,

        @Doc("The cache of tokens.") @Default("{}") CacheParams cache,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    record CacheParams(
            @Doc("Maximum seconds for which a new token is reused. Reuse always ends 30 s before the token expires, "
                    + "or earlier.")
            @Default("3600")
            @Range(min = 0, max = 86_400)
            int ttlS,

            @Doc("Seconds for which a new token is reused if the server does not state when it expires.")
            @Default("60")
            @Range(min = 0, max = 86_400)
            int unknownTtlS,

            @Doc("Seconds for which a token that the server refused to exchange is not sent again.")
            @Default("10")
            @Range(min = 0, max = 86_400)
            int negativeTtlS,

            @Doc("Maximum number of cached tokens; a token longer than 1 KiB counts as several.")
            @Default("500")
            @Range(min = 1, max = 1_000_000)
            int maxEntries) {}
}
