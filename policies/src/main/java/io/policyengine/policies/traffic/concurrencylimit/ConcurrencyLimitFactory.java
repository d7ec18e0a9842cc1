package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Store;
import io.policyengine.policies.shared.clientkey.ClientKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code concurrencyLimit}. */
@Descriptor(
        name = "concurrencyLimit",
        version = "1.0.0",
        family = Family.TRAFFIC,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.LIMITS_USE},
        endAccuracy = EndAccuracy.EXACT,
        codes = ConcurrencyCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class ConcurrencyLimitFactory implements PolicyFactory<ConcurrencyLimitParams> {
    @Override
    public EntryFacts facts(ConcurrencyLimitParams params, Phase phase) {
        ClientKey key = ClientKey.parse(params.key());
        EntryFacts facts = ClientKey.factsOfLimits(List.of(key), key.facts(PolicyFactory.super.facts(params, phase)));
        if (params.store().equals(Store.LOCAL)) {
            return facts.with(Fact.RELIES_ON_LOCAL_STATE);
        }
        EntryFacts depending = facts.with(Fact.HAS_DEPENDENCY);
        return params.onStoreFailure() == ConcurrencyLimitParams.OnStoreFailure.ALLOW
                ? depending.passing(Leniency.Occasion.DEPENDENCY_AWAY, "/on_store_failure")
                : depending;
    }

    /** Creates the policy. If a reload changes only the limit, permits in use are kept. */
    @Override
    public Policy create(ConcurrencyLimitParams params, PolicyEnvironment env) {
        ClientKey keys = ClientKey.parse(params.key());
        AdaptiveBounds bounds = AdaptiveBounds.of(params);
        AdaptiveLimit adaptive =
                bounds == null ? null : env.state("adaptive", bounds, () -> new AdaptiveLimit(bounds, env.ticker()));
        return new ConcurrencyLimitPolicy(
                params, adaptive, keys, env.state("permits", keys, Permits::new), leases(params, env));
    }

    /**
     * Returns the leases of this policy instance, or null if the store is local. A reload does not affect the counts in
     * the store.
     */
    private static @Nullable Leases leases(ConcurrencyLimitParams params, PolicyEnvironment env) {
        if (params.store().equals(Store.LOCAL)) {
            return null;
        }
        try {
            Store store = env.store(params.store(), Objects.requireNonNullElse(params.scope(), ""), 0);
            return new Leases(store, Duration.ofSeconds(params.leaseS()), env);
        } catch (InvalidParamsException unknown) {
            throw unknown.at("/store");
        }
    }
}
