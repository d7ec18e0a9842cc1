package io.policyengine.policies.ratelimit;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.clientkey.KeySource;
import java.util.Set;

/** Makes {@code rateLimit}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RateLimitFactory implements PolicyFactory<RateLimitParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "rateLimit",
            "1.0.0",
            "Limits how many requests a client may send, by a token bucket for each client.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.MAY_DENY));

    /** The parameters that buckets depend on: as long as they stay, the buckets stay over a reload. */
    record BucketIdentity(double requestsPerSecond, int burst, int maxKeys, KeySource keys) {}

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<RateLimitParams> paramsType() {
        return RateLimitParams.class;
    }

    @Override
    public EntryFacts facts(RateLimitParams params, Phase phase) {
        return KeySource.parse(params.key()).facts(EntryFacts.of(DESCRIPTOR.facts()));
    }

    @Override
    public Policy create(RateLimitParams params, PolicyEnvironment env) {
        KeySource keys = KeySource.parse(params.key());
        TokenBuckets buckets = env.state(
                "buckets",
                new BucketIdentity(params.requestsPerSecond(), params.burst(), params.maxKeys(), keys),
                () -> new TokenBuckets(params.requestsPerSecond(), params.burst(), params.maxKeys(), env.ticker()));
        return new RateLimitPolicy(params, keys, buckets);
    }
}
