package com.example.tenantgate;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.List;

/** Creates {@code tenantGate} policies. */
@Descriptor(
        name = "tenantGate",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = TenantGateCode.class)
public final class TenantGateFactory implements PolicyFactory<TenantGateParams> {
    @Override
    public EntryFacts facts(TenantGateParams params, Phase phase) {
        return PolicyFactory.super
                .facts(params, phase)
                .with(HeaderUse.Action.READS, List.of(params.header()))
                .with(HeaderUse.Action.SETS, List.of(TenantGatePolicy.PLAN));
    }

    @Override
    public Policy create(TenantGateParams params, PolicyEnvironment env) {
        if (!FieldRules.isToken(params.header())) {
            throw new InvalidParamsException("/header", "not the name of a header field");
        }
        return new TenantGatePolicy(params.header(), env.watch(params.tenantsFile(), Tenants::parse));
    }
}
