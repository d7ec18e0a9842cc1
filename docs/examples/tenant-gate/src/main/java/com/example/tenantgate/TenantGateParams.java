package com.example.tenantgate;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;

/** Parameters of {@code tenantGate}. */
@Doc("Lets known tenants pass and sends their plan upstream.")
record TenantGateParams(
        @Doc("Request header that names the tenant.") @Default("\"X-Tenant\"") @NonEmpty
        String header,

        @Doc("File of tenants, relative to the conf directory; each line has a name and a plan. Reloaded on change.")
        @NonEmpty
        String tenantsFile) {}
