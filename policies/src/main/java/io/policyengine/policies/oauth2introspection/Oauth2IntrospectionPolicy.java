package io.policyengine.policies.oauth2introspection;

import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.credential.PresentedToken;
import io.policyengine.policies.credential.TokenSources;
import io.policyengine.policies.digest.Sha256;
import io.policyengine.policies.identity.IdentityHeaders;
import io.policyengine.policies.oauth2.Form;
import io.policyengine.policies.oauth2.OAuthClient;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Lets a request pass whose token an authorization server knows, and says whose it is. */
final class Oauth2IntrospectionPolicy implements Policy {
    /** An answer that says more of a token is none. */
    static final int MAX_ANSWER_BYTES = 64 << 10;

    private final TokenSources sources;
    private final OAuthClient client;
    private final AnswerJudge judge;
    private final Lookup<Sha256, Verdict> answers;
    private final boolean required;
    private final boolean forward;
    private final int maxBytes;
    private final Map<Refusal, Future<RequestOutcome>> refusals = new EnumMap<>(Refusal.class);

    Oauth2IntrospectionPolicy(
            Oauth2IntrospectionParams params,
            TokenSources sources,
            OAuthClient client,
            AnswerJudge judge,
            Lookup<Sha256, Verdict> answers,
            Challenge challenge) {
        this.sources = sources;
        this.client = client;
        this.judge = judge;
        this.answers = answers;
        this.required = params.required();
        this.forward = params.forward();
        this.maxBytes = params.maxTokenBytes();
        for (Refusal refusal : Refusal.values()) {
            refusals.put(refusal, RequestOutcome.respond(refusal.response(params.denialFormat(), challenge)));
        }
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return switch (sources.find(context.request())) {
            case PresentedToken.None _ ->
                required ? refuse(Refusal.MISSING) : IdentityHeaders.passWithoutCredential(context.metadata());
            case PresentedToken.Malformed _ -> refuse(Refusal.MALFORMED);
            case PresentedToken.Several _ -> refuse(Refusal.SEVERAL);
            case PresentedToken.One token -> judge(token, context);
        };
    }

    private Future<RequestOutcome> judge(PresentedToken.One token, RequestContext context) {
        String text = token.octets();
        if (text.length() > maxBytes) {
            return refuse(Refusal.TOO_LARGE);
        }
        // RFC 6749 §A.12: visible ASCII. Nobody else's reading of other octets is known.
        if (!text.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            return refuse(Refusal.MALFORMED);
        }
        Future<Verdict> verdict =
                answers.get(Sha256.of(Octets.toBytes(text)), context.call(), (_, load) -> introspect(text, load));
        return verdict.succeeded()
                ? act(verdict.result(), token, context)
                : verdict.compose(late -> act(late, token, context));
    }

    private Future<Loaded<Verdict>> introspect(String token, Call load) {
        Form form = new Form().add("token", token).add("token_type_hint", "access_token");
        return client.ask(load, form, MAX_ANSWER_BYTES).map(judge::judge);
    }

    private Future<RequestOutcome> act(Verdict verdict, PresentedToken.One token, RequestContext context) {
        return switch (verdict) {
            case Verdict.Refused(Refusal why) -> refuse(why);
            case Verdict.Accepted(List<RequestInstruction> instructions) ->
                token.accepted(instructions, context.request(), forward);
        };
    }

    private Future<RequestOutcome> refuse(Refusal why) {
        return Objects.requireNonNull(refusals.get(why));
    }
}
