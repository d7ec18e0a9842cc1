package io.policyengine.policies.jwtvalidation;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.credential.PresentedToken;
import io.policyengine.policies.credential.TokenSources;
import io.policyengine.policies.denial.DenialFormat;
import io.policyengine.policies.digest.Sha256;
import io.policyengine.policies.identity.IdentityHeaders;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/** Lets a request pass that brings a valid token, and says whose it is. */
final class JwtValidationPolicy implements Policy {
    private final TokenSources sources;
    private final TokenJudge judge;
    private final TokenCache cache;
    private final CacheMeter meter;
    private final boolean required;
    private final boolean forward;
    private final int maxBytes;
    private final InstantSource clock;
    private final Map<Refusal, Future<RequestOutcome>> refusals = new EnumMap<>(Refusal.class);

    JwtValidationPolicy(
            JwtValidationParams params,
            TokenSources sources,
            TokenJudge judge,
            TokenCache cache,
            CacheMeter meter,
            Challenge challenge,
            InstantSource clock) {
        this.sources = sources;
        this.judge = judge;
        this.cache = cache;
        this.meter = meter;
        this.required = params.required();
        this.forward = params.forward();
        this.maxBytes = params.maxTokenBytes();
        this.clock = clock;
        DenialFormat format = params.denialFormat();
        for (Refusal refusal : Refusal.values()) {
            refusals.put(refusal, RequestOutcome.respond(refusal.response(format, challenge)));
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
        if (token.octets().length() > maxBytes) {
            return refuse(Refusal.TOO_LARGE);
        }
        Sha256 digest = Sha256.of(Octets.toBytes(token.octets()));
        TokenCache.Remembered known = cache.find(digest, clock.millis());
        if (known == null) {
            meter.miss();
        } else if (judge.areCurrent(known.keys(), known.issuer(), context.call())) {
            meter.hit();
            return outcome(known.outcome(), token, context.request());
        } else {
            meter.stale();
        }
        Future<Verdict> verdict = judge.judge(token.octets(), context.call());
        return verdict.succeeded()
                ? act(verdict.result(), digest, token, context.request())
                : verdict.compose(late -> act(late, digest, token, context.request()));
    }

    private Future<RequestOutcome> act(Verdict verdict, Sha256 digest, PresentedToken.One token, RequestView request) {
        return switch (verdict) {
            case Verdict.Refused(Refusal why) -> refuse(why);
            case Verdict.Forged forged -> {
                Future<RequestOutcome> outcome = refuse(Refusal.SIGNATURE);
                cache.refuse(digest, forged, outcome);
                yield outcome;
            }
            case Verdict.Accepted accepted -> {
                Future<RequestOutcome> outcome = RequestOutcome.proceed(accepted.instructions());
                cache.accept(digest, accepted, outcome, clock.millis());
                yield outcome(outcome, token, request);
            }
        };
    }

    /** The outcome for this request of one that holds for all with the token. */
    private Future<RequestOutcome> outcome(
            Future<RequestOutcome> ofToken, PresentedToken.One token, RequestView request) {
        return ofToken.result() instanceof RequestOutcome.Proceed proceed
                ? token.accepted(proceed.instructions(), request, forward)
                : ofToken;
    }

    private Future<RequestOutcome> refuse(Refusal why) {
        Future<RequestOutcome> outcome = refusals.get(why);
        if (outcome == null) {
            throw new IllegalStateException("no answer for " + why);
        }
        return outcome;
    }
}
