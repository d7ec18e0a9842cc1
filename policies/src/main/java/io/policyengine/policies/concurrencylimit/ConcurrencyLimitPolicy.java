package io.policyengine.policies.concurrencylimit;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.clientkey.KeySource;
import io.policyengine.policies.denial.Denial;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Lets a request pass that gets a permit, which comes back with the end of its exchange. */
final class ConcurrencyLimitPolicy implements Policy {
    private final int max;
    private final @Nullable AdaptiveLimit adaptive;
    private final KeySource keys;
    private final Permits permits;
    private final ImmediateResponse denial;

    /**
     * A policy with these permits.
     *
     * @param max the limit, unless it is adaptive
     */
    ConcurrencyLimitPolicy(
            ConcurrencyLimitParams params, int max, @Nullable AdaptiveLimit adaptive, KeySource keys, Permits permits) {
        this.max = max;
        this.adaptive = adaptive;
        this.keys = keys;
        this.permits = permits;
        ImmediateResponse plain = new Denial(
                        params.status(),
                        "CONCURRENCY_LIMITED",
                        "Too many requests are under way",
                        DenialReason.RATE_LIMITED)
                .response(params.denialFormat());
        Integer wait = params.retryAfter();
        this.denial = wait == null ? plain : plain.withHeader("retry-after", wait.toString());
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        long exchange = context.call().exchangeId();
        String key = keys.keyOf(context);
        if (!permits.take(exchange, key, adaptive == null ? max : adaptive.current())) {
            return RequestOutcome.respond(denial);
        }
        if (adaptive != null) {
            adaptive.begin(exchange, permits.out(key));
        }
        return RequestOutcome.unchanged();
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        permits.giveBack(end.exchangeId());
        if (adaptive != null) {
            adaptive.end(end);
        }
    }
}
