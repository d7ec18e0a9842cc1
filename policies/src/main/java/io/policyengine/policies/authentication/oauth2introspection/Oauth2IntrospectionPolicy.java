package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.credential.TokenCredential;
import io.policyengine.policies.authentication.shared.credential.TokenGate;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.oauth2.OAuthClient;
import io.policyengine.policies.authentication.shared.oauth2.TokenRequestForm;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.util.List;

/** Authenticates requests by a token that an authorization server reports as active. */
final class Oauth2IntrospectionPolicy implements Policy {
    /** Maximum length of an introspection response, in bytes; a longer response is invalid. */
    static final int MAX_ANSWER_BYTES = 64 << 10;

    private final TokenGate gate;
    private final OAuthClient client;
    private final IntrospectionJudge judge;
    private final Lookup<Sha256, IntrospectionVerdict> answers;

    Oauth2IntrospectionPolicy(
            TokenGate gate,
            OAuthClient client,
            IntrospectionJudge judge,
            Lookup<Sha256, IntrospectionVerdict> answers) {
        this.gate = gate;
        this.client = client;
        this.judge = judge;
        this.answers = answers;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return gate.onRequest(context, this::judge);
    }

    private Future<RequestOutcome> judge(TokenCredential.One token, RequestContext context) {
        String text = token.octets();
        // RFC 6749 §A.12: visible ASCII. Servers may read other octets differently.
        if (!text.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            return gate.refuse(TokenRefusal.MALFORMED);
        }
        Future<IntrospectionVerdict> verdict =
                answers.get(Sha256.of(Octets.toBytes(text)), context.call(), (_, load) -> introspect(text, load));
        return verdict.succeeded()
                ? act(verdict.result(), token, context)
                : verdict.compose(late -> act(late, token, context));
    }

    private Future<Loaded<IntrospectionVerdict>> introspect(String token, Call load) {
        TokenRequestForm form = new TokenRequestForm().add("token", token).add("token_type_hint", "access_token");
        return client.ask(load, form, MAX_ANSWER_BYTES).map(judge::judge);
    }

    private Future<RequestOutcome> act(
            IntrospectionVerdict verdict, TokenCredential.One token, RequestContext context) {
        return switch (verdict) {
            case IntrospectionVerdict.Refused(TokenRefusal why) -> gate.refuse(why);
            case IntrospectionVerdict.Accepted(List<RequestInstruction> instructions) ->
                gate.pass(instructions, token, context);
        };
    }
}
