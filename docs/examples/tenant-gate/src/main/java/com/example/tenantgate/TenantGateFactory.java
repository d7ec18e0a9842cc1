package com.example.tenantgate;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.Set;

/** Makes {@code tenantGate}. */
public final class TenantGateFactory implements PolicyFactory<TenantGateParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "tenantGate",
            "1.0.0",
            "Lets known tenants pass and tells the upstream their plan.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.MAY_DENY));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<TenantGateParams> paramsType() {
        return TenantGateParams.class;
    }

    @Override
    public Policy create(TenantGateParams params, PolicyEnvironment env) {
        if (!FieldRules.isToken(params.header())) {
            throw new InvalidParamsException("/header", "not the name of a header field");
        }
        return new TenantGatePolicy(params.header(), env.watch(params.tenantsFile(), Tenants::parse));
    }
}
