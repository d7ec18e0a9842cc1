package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of every policy that authenticates clients by a token. */
public record TokenParams(
        @Doc("The places that may hold a token. A request with more than one token is refused.")
        @Default(TokenSources.DEFAULT)
        List<TokenSourceParams> tokenSources,

        @Doc("True to send the token to the upstream; false to remove it from the request.") @Default("true")
        boolean forward,

        @Doc(value = "Scopes that a token must have, all of them.", examples = "[\"orders:read\"]") @Nullable
        StringOrList requiredScopes,

        @Doc(
                value = "Scopes of which a token must have at least one.",
                examples = "[\"orders:read\", \"orders:admin\"]")
        @Nullable
        StringOrList anyScope,

        @Doc("The realm named in challenges (WWW-Authenticate).") @Default("\"restricted\"")
        String realm,

        @Doc(
                value = "URL of this resource's metadata (RFC 9728); if set, challenges include it.",
                examples = "\"https://api.example.com/.well-known/oauth-protected-resource\"")
        @Nullable
        String resourceMetadata) {

    /** Compiles the sources of tokens, and adds the problems found. */
    public TokenSources sources(Collection<ParamProblem> problems) {
        return TokenSources.of(tokenSources, "/token_sources", problems);
    }

    /**
     * Compiles the challenge of refusals, and adds the problems found.
     *
     * @param scopes required scopes, or empty
     */
    public Challenge challenge(TokenSources sources, List<String> scopes, Collection<ParamProblem> problems) {
        return Challenge.of(sources, realm, scopes, resourceMetadata, problems);
    }
}
