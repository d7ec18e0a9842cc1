package io.policyengine.policies.traffic.ratelimit;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;

/** Passes requests that get a token from the bucket of their key, and denies others. */
final class TokenBucketPolicy implements Policy {
    static final Denial TOO_MANY =
            new Denial(429, RateLimitCode.RATE_LIMITED, "Too many requests", DenialReason.RATE_LIMITED);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ClientKey keys;
    private final TokenBuckets buckets;
    private final ImmediateResponse denial;

    TokenBucketPolicy(int burst, DenialFormat format, ClientKey keys, TokenBuckets buckets) {
        this.keys = keys;
        this.buckets = buckets;
        this.denial = TOO_MANY.response(format)
                .withHeader("ratelimit-limit", Integer.toString(burst))
                .withHeader("ratelimit-remaining", "0");
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        long wait = buckets.take(keys.keyOf(context));
        if (wait == 0) {
            return RequestOutcome.unchanged();
        }
        String seconds = Long.toString(Math.ceilDiv(wait, NANOS_PER_SECOND));
        return RequestOutcome.respond(
                denial.withHeader("ratelimit-reset", seconds).withHeader("retry-after", seconds));
    }
}
