package io.policyengine.policies.authentication.tokenexchange;

import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ValidatedToken;
import io.policyengine.policies.authentication.shared.credential.Challenge;
import io.policyengine.policies.authentication.shared.credential.TokenCode;
import io.policyengine.policies.authentication.shared.credential.TokenCredential;
import io.policyengine.policies.authentication.shared.credential.TokenSources;
import io.policyengine.policies.authentication.shared.oauth2.OAuthClient;
import io.policyengine.policies.authentication.shared.oauth2.TokenRequestForm;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces the client's token by a token that an authorization server issues in exchange. Only a token that an earlier
 * entry of the same run has validated is exchanged.
 */
final class TokenExchangePolicy implements Policy {
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /** Maximum length of a response of the token endpoint, in bytes. */
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private static final String REALM = "restricted";

    private static final Denial MISSING = new Denial(
            401, TokenCode.TOKEN_MISSING, "A validated token is required", DenialReason.AUTHENTICATION_FAILED);
    private static final Denial MALFORMED = new Denial(
            401,
            TokenCode.TOKEN_MALFORMED,
            "Exactly one well-formed token is expected",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial REFUSED = new Denial(
            403,
            TokenExchangeCode.TOKEN_NOT_EXCHANGED,
            "The token cannot be used for this service",
            DenialReason.FORBIDDEN);

    private final TokenExchangeParams params;
    private final TokenSources sources;
    private final boolean namesPlaces;
    private final OAuthClient client;
    private final AnswerReader reader;
    private final Lookup<Sha256, ExchangedToken> tokens;
    private final Future<RequestOutcome> missing;
    private final Future<RequestOutcome> unusable;

    TokenExchangePolicy(
            TokenExchangeParams params,
            TokenSources sources,
            OAuthClient client,
            Lookup<Sha256, ExchangedToken> tokens) {
        this.params = params;
        this.sources = sources;
        this.namesPlaces = params.subjectToken() != null;
        this.client = client;
        this.tokens = tokens;
        DenialFormat format = params.denialFormat();
        Challenge challenge = new Challenge(sources.scheme(), REALM, null, null);
        this.missing =
                RequestOutcome.respond(MISSING.response(format).withHeader(Challenge.FIELD, challenge.withoutError()));
        this.unusable = RequestOutcome.respond(MALFORMED
                .response(format)
                .withHeader(Challenge.FIELD, challenge.withError("invalid_token", MALFORMED.message())));
        this.reader =
                new AnswerReader(client.server(), params.cache(), RequestOutcome.respond(REFUSED.response(format)));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        ValidatedToken validated = context.token();
        if (validated == null || Identity.id(context.metadata()) == null) {
            // A token that no policy has validated is the client's mere claim, whoever else authenticated the client.
            return missing;
        }
        if (!namesPlaces) {
            return exchange(validated.octets(), context);
        }
        return switch (sources.find(context.request())) {
            case TokenCredential.None _ -> missing;
            case TokenCredential.Malformed _, TokenCredential.Several _ -> unusable;
            case TokenCredential.One token ->
                token.octets().equals(validated.octets()) ? exchange(token.octets(), context) : missing;
        };
    }

    private Future<RequestOutcome> exchange(String token, RequestContext context) {
        if (token.length() > params.maxTokenBytes() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            return unusable;
        }
        Future<ExchangedToken> exchanged =
                tokens.get(Sha256.of(Octets.toBytes(token)), context.call(), (_, load) -> load(token, load));
        return exchanged.succeeded()
                ? outcome(exchanged.result(), context)
                : exchanged.compose(late -> outcome(late, context));
    }

    /**
     * Returns the outcome for the request. If the metadata lists the fields that proved the identity, the new token's
     * field is added to the list. The token states no more about the client than the identity does.
     */
    private static Future<RequestOutcome> outcome(ExchangedToken token, RequestContext context) {
        List<String> proof = Identity.proof(context.metadata());
        if (proof == null || !(token.outcome().result() instanceof RequestOutcome.Proceed exchanged)) {
            return token.outcome();
        }
        List<RequestInstruction> instructions = new ArrayList<>(exchanged.instructions());
        instructions.add(Identity.provenBy(Stream.concat(proof.stream(), Stream.of("authorization"))
                .distinct()
                .toList()));
        return RequestOutcome.proceed(List.copyOf(instructions));
    }

    private Future<Loaded<ExchangedToken>> load(String token, Call load) {
        TokenRequestForm form = new TokenRequestForm()
                .add("grant_type", GRANT)
                .add("subject_token", token)
                .add("subject_token_type", params.subjectTokenType())
                .add("requested_token_type", ACCESS_TOKEN);
        if (params.audience() != null) {
            params.audience().values().forEach(audience -> form.add("audience", audience));
        }
        if (params.resource() != null) {
            params.resource().values().forEach(resource -> form.add("resource", resource));
        }
        String scope = params.scope();
        if (scope != null) {
            form.add("scope", scope);
        }
        return client.ask(load, form, MAX_ANSWER_BYTES).map(reader::read);
    }
}
