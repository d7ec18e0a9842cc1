package io.policyengine.policies.access.ipfilter;

import io.policyengine.core.http.IpAddress;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** Allows or denies requests by the client's address. An invalid address is always denied. */
final class IpFilterPolicy implements Policy {
    private final List<Supplier<CidrSet>> deny;
    private final List<Supplier<CidrSet>> allow;
    private final Future<RequestOutcome> otherwise;
    private final Future<RequestOutcome> denied;
    private final Future<RequestOutcome> unknown;

    IpFilterPolicy(IpFilterParams params, List<Supplier<CidrSet>> deny, List<Supplier<CidrSet>> allow) {
        this.deny = deny;
        this.allow = allow;
        this.denied = denial(params, IpFilterCode.IP_DENIED, "Requests from this address are not allowed");
        this.unknown = denial(params, IpFilterCode.IP_UNKNOWN, "The address of the client is not known");
        this.otherwise = switch (params.verdictOtherwise()) {
            case ALLOW -> RequestOutcome.unchanged();
            case DENY -> denied;
        };
    }

    private static Future<RequestOutcome> denial(IpFilterParams params, DenialCode code, String message) {
        Denial denial = new Denial(params.status(), code, message, DenialReason.FORBIDDEN);
        return RequestOutcome.respond(denial.response(params.denialFormat()));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        IpAddress address = IpAddress.parse(context.request().clientAddress());
        if (address == null) {
            return unknown;
        }
        if (isIn(deny, address)) {
            return denied;
        }
        return isIn(allow, address) ? RequestOutcome.unchanged() : otherwise;
    }

    private static boolean isIn(List<Supplier<CidrSet>> sets, IpAddress address) {
        for (int i = 0; i < sets.size(); i++) {
            if (sets.get(i).get().contains(address)) {
                return true;
            }
        }
        return false;
    }
}
