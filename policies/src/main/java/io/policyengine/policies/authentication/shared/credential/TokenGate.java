package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the token of a request, refuses missing and malformed tokens, and passes well-formed ones to a judge. */
public final class TokenGate {
    private final Settings settings;

    /** The response for each refusal, created once. The number of refusals is bounded. */
    private final Map<TokenRefusal, Future<RequestOutcome>> refusals = new ConcurrentHashMap<>();

    /**
     * The settings of a gate.
     *
     * @param required false to pass requests that have no token; they then have no identity
     * @param forward false to remove the token from the request
     * @param maxBytes maximum length of a token, in bytes
     * @param challenge the challenge in the response to each refusal
     */
    public record Settings(
            TokenSources sources,
            boolean required,
            boolean forward,
            int maxBytes,
            Challenge challenge,
            DenialFormat denialFormat) {}

    /** Decides whether a token is accepted. */
    @FunctionalInterface
    public interface Judge {
        /** Returns the outcome for a request with this token, made by {@link #pass} or {@link #refuse}. */
        Future<RequestOutcome> judge(TokenCredential.One token, RequestContext context);
    }

    public TokenGate(Settings settings) {
        this.settings = settings;
    }

    /** Returns the outcome of a request: a refusal, a pass without an identity, or the outcome of the judge. */
    public Future<RequestOutcome> onRequest(RequestContext context, Judge judge) {
        return switch (settings.sources.find(context.request())) {
            case TokenCredential.None _ ->
                settings.required
                        ? refuse(TokenRefusal.MISSING)
                        : IdentityHeaders.passWithoutCredential(context.metadata());
            case TokenCredential.Malformed _ -> refuse(TokenRefusal.MALFORMED);
            case TokenCredential.Several _ -> refuse(TokenRefusal.SEVERAL);
            case TokenCredential.One token ->
                token.octets().length() > settings.maxBytes
                        ? refuse(TokenRefusal.TOO_LARGE)
                        : judge.judge(token, context);
        };
    }

    /**
     * Passes a request with an accepted token.
     *
     * @param announced instructions that announce the identity
     */
    public Future<RequestOutcome> pass(
            List<RequestInstruction> announced, TokenCredential.One token, RequestContext context) {
        return token.accepted(announced, context.request(), settings.forward);
    }

    /** Returns the outcome that refuses a request for this reason. */
    public Future<RequestOutcome> refuse(TokenRefusal why) {
        return refusals.computeIfAbsent(
                why, refusal -> RequestOutcome.respond(refusal.response(settings.denialFormat, settings.challenge)));
    }
}
