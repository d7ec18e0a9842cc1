package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.credential.TokenCredential;
import io.policyengine.policies.authentication.shared.credential.TokenGate;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.TokenDecision;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

final class JwtValidationPolicy implements Policy {
    private final TokenGate gate;
    private final TokenJudge judge;
    private final TokenCache cache;
    private final long reader;
    private final CacheMeter meter;
    private final InstantSource clock;
    private final Future<RequestOutcome> forged;
    private final Function<TokenVerdict.Verified, Future<RequestOutcome>> admission = this::admit;

    JwtValidationPolicy(TokenGate gate, TokenJudge judge, TokenCache cache, CacheMeter meter, InstantSource clock) {
        this.gate = gate;
        this.judge = judge;
        this.cache = cache;
        this.reader = cache.newReader();
        this.meter = meter;
        this.clock = clock;
        this.forged = gate.refuse(JwtRefusals.SIGNATURE);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return gate.onRequest(context, this::judge);
    }

    private Future<RequestOutcome> judge(TokenCredential.One token, RequestContext context) {
        Sha256 digest = Sha256.of(Octets.toBytes(token.octets()));
        TokenCache.Remembered known = cache.find(digest, clock.millis());
        if (known == null) {
            meter.miss();
        } else if (judge.areCurrent(known.keys(), known.issuer(), context.call())) {
            meter.hit();
            return known.token() == null ? forged : outcome(known.token(), token, context);
        } else {
            meter.stale();
        }
        Future<TokenVerdict> verdict = judge.judge(token.octets(), context.call());
        return verdict.succeeded()
                ? act(verdict.result(), digest, token, context)
                : verdict.compose(late -> act(late, digest, token, context));
    }

    private Future<RequestOutcome> act(
            TokenVerdict verdict, Sha256 digest, TokenCredential.One token, RequestContext context) {
        return switch (verdict) {
            case TokenVerdict.Refused(TokenRefusal why) -> gate.refuse(why);
            case TokenVerdict.Forged unsigned -> {
                cache.refuse(digest, unsigned);
                yield forged;
            }
            case TokenVerdict.Verified verified ->
                outcome(cache.accept(digest, verified, clock.millis()), token, context);
        };
    }

    /** Converts an entry's decision on a token to the outcome of a request. */
    private Future<RequestOutcome> outcome(
            RememberedToken verified, TokenCredential.One token, RequestContext context) {
        Future<RequestOutcome> ofToken = verified.outcome(reader, admission);
        return ofToken.result() instanceof RequestOutcome.Proceed proceed
                ? gate.pass(proceed.instructions(), token, context)
                : ofToken;
    }

    private Future<RequestOutcome> admit(TokenVerdict.Verified verified) {
        return switch (judge.admit(verified)) {
            case TokenDecision.Refused(TokenRefusal why) -> gate.refuse(why);
            case TokenDecision.Granted(List<RequestInstruction> instructions) -> RequestOutcome.proceed(instructions);
        };
    }
}
