package io.policyengine.policies.traffic.quota;

import io.policyengine.core.instruction.DenialReason;
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
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.traffic.shared.counting.CountingCode;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy.Settings;
import io.policyengine.policies.traffic.shared.counting.FieldsForm;

/** Creates the policy {@code quota}. */
@Descriptor(
        name = "quota",
        version = "1.0.0",
        family = Family.TRAFFIC,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = {QuotaCode.class, CountingCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class QuotaFactory implements PolicyFactory<QuotaParams> {
    private static final Denial USED_UP =
            new Denial(429, QuotaCode.QUOTA_EXCEEDED, "The quota is used up", DenialReason.RATE_LIMITED);

    @Override
    public EntryFacts facts(QuotaParams params, Phase phase) {
        EntryFacts ofLimits = WrittenQuotas.of(params).whole().facts(PolicyFactory.super.facts(params, phase));
        EntryFacts facts = params.counting().facts(ofLimits);
        return params.headers() == FieldsForm.NONE ? facts : facts.with(Fact.MARKS_RESPONSE);
    }

    @Override
    public Policy create(QuotaParams params, PolicyEnvironment env) {
        WrittenQuotas quotas = WrittenQuotas.of(params);
        return new QuotaPolicy(CountingPolicy.of(
                quotas.whole(),
                quotas.shares(),
                params.counting().place(),
                new Settings(
                        descriptor().name(),
                        USED_UP,
                        params.headers(),
                        params.headers(),
                        params.counting().onStoreFailure(),
                        params.counting().retryJitterS(),
                        params.denialFormat()),
                env));
    }
}
