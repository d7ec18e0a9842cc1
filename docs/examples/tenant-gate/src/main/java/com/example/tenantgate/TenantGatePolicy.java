package com.example.tenantgate;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import java.util.List;
import tools.jackson.databind.node.StringNode;

/** Looks up the tenant's plan. Immutable, since several event loops call it at once; the environment owns the file. */
final class TenantGatePolicy implements Policy {
    /** The request field that names the plan. */
    static final String PLAN = "X-Tenant-Plan";

    private static final ImmediateResponse MISSING =
            denial(400, TenantGateCode.TENANT_MISSING, "The tenant is missing", DenialReason.INVALID_REQUEST);
    private static final ImmediateResponse UNKNOWN =
            denial(403, TenantGateCode.TENANT_UNKNOWN, "The tenant is not known", DenialReason.FORBIDDEN);

    private final String header;
    private final WatchedFile<Tenants> tenants;

    TenantGatePolicy(String header, WatchedFile<Tenants> tenants) {
        this.header = header;
        this.tenants = tenants;
    }

    private static ImmediateResponse denial(int status, TenantGateCode code, String error, DenialReason reason) {
        String body = "{\"error\": \"" + error + "\", \"code\": \"" + code + "\"}";
        return ImmediateResponse.json(status, body, reason).withCode(code);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        List<String> named = context.request().headers().getAll(header);
        if (named.size() != 1) {
            return RequestOutcome.respond(MISSING);
        }
        String plan = tenants.current().plans().get(named.getFirst());
        if (plan == null) {
            return RequestOutcome.respond(UNKNOWN);
        }
        return RequestOutcome.proceed(
                List.of(new SetHeader(PLAN, plan), new SetMetadata("tenant.plan", StringNode.valueOf(plan))));
    }
}
