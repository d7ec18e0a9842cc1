package com.example.tenantgate;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code tenantGate} denies. */
enum TenantGateCode implements DenialCode {
    TENANT_MISSING("Let the client name one tenant."),
    TENANT_UNKNOWN("Add the tenant to the file of tenants.");

    private final String remedy;

    TenantGateCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
