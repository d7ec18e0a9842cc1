package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.credential.PresentedToken;
import io.policyengine.policies.authentication.shared.credential.TokenGate;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.time.InstantSource;

final class JwtValidationPolicy implements Policy {
    private final TokenGate gate;
    private final TokenJudge judge;
    private final TokenCache cache;
    private final CacheMeter meter;
    private final InstantSource clock;

    JwtValidationPolicy(TokenGate gate, TokenJudge judge, TokenCache cache, CacheMeter meter, InstantSource clock) {
        this.gate = gate;
        this.judge = judge;
        this.cache = cache;
        this.meter = meter;
        this.clock = clock;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return gate.onRequest(context, this::judge);
    }

    private Future<RequestOutcome> judge(PresentedToken.One token, RequestContext context) {
        Sha256 digest = Sha256.of(Octets.toBytes(token.octets()));
        TokenCache.Remembered known = cache.find(digest, clock.millis());
        if (known == null) {
            meter.miss();
        } else if (judge.areCurrent(known.keys(), known.issuer(), context.call())) {
            meter.hit();
            return outcome(known.outcome(), token, context);
        } else {
            meter.stale();
        }
        Future<TokenVerdict> verdict = judge.judge(token.octets(), context.call());
        return verdict.succeeded()
                ? act(verdict.result(), digest, token, context)
                : verdict.compose(late -> act(late, digest, token, context));
    }

    private Future<RequestOutcome> act(
            TokenVerdict verdict, Sha256 digest, PresentedToken.One token, RequestContext context) {
        return switch (verdict) {
            case TokenVerdict.Refused(TokenRefusal why) -> gate.refuse(why);
            case TokenVerdict.Forged forged -> {
                Future<RequestOutcome> outcome = gate.refuse(JwtRefusals.SIGNATURE);
                cache.refuse(digest, forged, outcome);
                yield outcome;
            }
            case TokenVerdict.Accepted accepted -> {
                Future<RequestOutcome> outcome = RequestOutcome.proceed(accepted.instructions());
                cache.accept(digest, accepted, outcome, clock.millis());
                yield outcome(outcome, token, context);
            }
        };
    }

    /** Converts the verdict on a token to the outcome of this request. */
    private Future<RequestOutcome> outcome(
            Future<RequestOutcome> ofToken, PresentedToken.One token, RequestContext context) {
        return ofToken.result() instanceof RequestOutcome.Proceed proceed
                ? gate.pass(proceed.instructions(), token, context)
                : ofToken;
    }
}
