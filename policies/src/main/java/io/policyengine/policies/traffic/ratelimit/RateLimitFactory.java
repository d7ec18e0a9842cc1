package io.policyengine.policies.traffic.ratelimit;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Store;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.counting.CountingCode;
import io.policyengine.policies.traffic.shared.counting.CountingParams;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy.Settings;
import io.policyengine.policies.traffic.shared.counting.FieldsForm;
import io.policyengine.policies.traffic.shared.counting.StoreFailure;
import io.policyengine.policies.traffic.shared.limit.Algorithm;
import java.time.Duration;
import java.util.Objects;

/**
 * Creates the policy {@code rateLimit}: with token buckets in this process if these suffice, otherwise with limits in a
 * store.
 */
@Descriptor(
        name = "rateLimit",
        version = "2.0.0",
        family = Family.TRAFFIC,
        summary = "Limits how many requests a client may send, to one process or to all instances together.",
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = {RateLimitCode.class, CountingCode.class},
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RateLimitFactory implements PolicyFactory<RateLimitParams> {
    private static final String METADATA = "rate_limit";

    /** The parameters that determine the buckets. If a reload changes none of them, the buckets are kept. */
    record BucketIdentity(double requestsPerSecond, int burst, int maxKeys, ClientKey keys) {}

    @Override
    public EntryFacts facts(RateLimitParams params, Phase phase) {
        EntryFacts ofLimits = WrittenLimits.of(params).whole().facts(PolicyFactory.super.facts(params, phase));
        EntryFacts facts = params.counting().facts(ofLimits);
        return onPassing(params) == FieldsForm.NONE ? facts : facts.with(Fact.MARKS_RESPONSE);
    }

    @Override
    public Policy create(RateLimitParams params, PolicyEnvironment env) {
        WrittenLimits limits = WrittenLimits.of(params);
        if (isPlain(params)) {
            return tokenBuckets(params, limits, env);
        }
        Duration sync = Objects.requireNonNullElse(params.syncIntervalMs(), Duration.ZERO);
        return CountingPolicy.of(
                limits.whole(),
                limits.shares(),
                params.counting().place(sync),
                new Settings(
                        METADATA,
                        TokenBucketPolicy.TOO_MANY,
                        Objects.requireNonNullElse(
                                params.headers(), params.limits() == null ? FieldsForm.LEGACY : FieldsForm.DRAFT),
                        onPassing(params),
                        params.counting().onStoreFailure(),
                        params.counting().retryJitterS(),
                        params.denialFormat()),
                env);
    }

    private static Policy tokenBuckets(RateLimitParams params, WrittenLimits limits, PolicyEnvironment env) {
        ClientKey keys = limits.whole().get(0).key();
        TokenBuckets buckets = env.state(
                "buckets",
                new BucketIdentity(
                        limits.rate(), limits.burst(), params.counting().maxKeys(), keys),
                () -> new TokenBuckets(
                        limits.rate(), limits.burst(), params.counting().maxKeys(), env.ticker()));
        return new TokenBucketPolicy(limits.burst(), params.denialFormat(), keys, buckets);
    }

    /** Returns whether token buckets in this process suffice for the parameters. */
    private static boolean isPlain(RateLimitParams params) {
        CountingParams counting = params.counting();
        return params.limits() == null
                && (params.algorithm() == null || params.algorithm() == Algorithm.GCRA)
                && counting.store().equals(Store.LOCAL)
                && counting.onStoreFailure() == StoreFailure.LOCAL
                && params.headers() == null
                && counting.retryJitterS() == 0
                && counting.scope() == null;
    }

    private static FieldsForm onPassing(RateLimitParams params) {
        FieldsForm unwritten = params.limits() == null ? FieldsForm.NONE : FieldsForm.DRAFT;
        return Objects.requireNonNullElse(params.headers(), unwritten);
    }
}
