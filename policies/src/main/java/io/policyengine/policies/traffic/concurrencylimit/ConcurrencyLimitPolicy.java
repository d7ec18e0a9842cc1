package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Passes requests that get a permit, and releases the permit at the end of the exchange. */
final class ConcurrencyLimitPolicy implements Policy {
    private final int max;
    private final @Nullable AdaptiveLimit adaptive;
    private final ClientKey keys;
    private final Permits permits;
    private final @Nullable Leases leases;
    private final ConcurrencyLimitParams.OnStoreFailure onStoreFailure;
    private final int replicas;
    private final ImmediateResponse denial;
    private final Future<RequestOutcome> unavailable;

    /**
     * Creates the policy.
     *
     * @param adaptive the adaptive limit, or null if the limit is {@code max}
     * @param permits permits of this process
     * @param leases leases in a shared store, which replace the permits, or null
     */
    ConcurrencyLimitPolicy(
            ConcurrencyLimitParams params,
            @Nullable AdaptiveLimit adaptive,
            ClientKey keys,
            Permits permits,
            @Nullable Leases leases) {
        this.max = params.max() == null ? 0 : params.max();
        this.adaptive = adaptive;
        this.keys = keys;
        this.permits = permits;
        this.leases = leases;
        this.onStoreFailure = params.onStoreFailure();
        this.replicas = params.replicas();
        ImmediateResponse plain = new Denial(
                        params.status(),
                        ConcurrencyCode.CONCURRENCY_LIMITED,
                        "Too many requests are under way",
                        DenialReason.RATE_LIMITED)
                .response(params.denialFormat());
        Integer wait = params.retryAfter();
        this.denial = wait == null ? plain : plain.withHeader("retry-after", wait.toString());
        this.unavailable = RequestOutcome.respond(new Denial(
                        503,
                        ConcurrencyCode.CONCURRENCY_UNAVAILABLE,
                        "Requests under way cannot be counted for now",
                        DenialReason.POLICY_ERROR)
                .response(params.denialFormat()));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        String key = keys.keyOf(context);
        int limit = adaptive == null ? max : adaptive.current();
        if (leases == null) {
            return here(context, key, limit);
        }
        return leases.take(context.call(), key, limit)
                .compose(out -> decided(context, out), failure -> withoutStore(context, key, limit, failure));
    }

    private Future<RequestOutcome> here(RequestContext context, String key, int limit) {
        boolean passes = permits.take(context.call().exchangeId(), key, limit);
        return decided(context, !passes ? 0 : adaptive == null ? 1 : permits.out(key));
    }

    /**
     * Returns the outcome of a request.
     *
     * @param underWay running requests of the request's key, including this one; 0 if it gets no permit
     */
    private Future<RequestOutcome> decided(RequestContext context, int underWay) {
        if (underWay == 0) {
            return RequestOutcome.respond(denial);
        }
        if (adaptive != null) {
            adaptive.begin(context.call().exchangeId(), underWay);
        }
        return RequestOutcome.unchanged();
    }

    private Future<RequestOutcome> withoutStore(RequestContext context, String key, int limit, Throwable failure) {
        if (!(failure instanceof StoreException known) || !onStoreFailure.appliesTo(known)) {
            return Future.failedFuture(failure);
        }
        return switch (onStoreFailure) {
            case LOCAL -> here(context, key, Math.ceilDiv(limit, replicas));
            case ALLOW -> RequestOutcome.unchanged();
            case DENY -> unavailable;
        };
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        permits.giveBack(end.exchangeId());
        if (leases != null) {
            leases.giveBack(end.exchangeId());
        }
        if (adaptive != null) {
            adaptive.end(end);
        }
    }

    @Override
    public void close() {
        if (leases != null) {
            leases.close();
        }
    }
}
