package io.policyengine.policies.access.rolecheck;

import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.RoleList;
import io.policyengine.policies.authentication.shared.jwt.ClaimPath;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.template.TargetEncoding;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Passes a request if its identity has the roles that the first matching rule requires. Roles are compared exactly. */
final class RoleCheckPolicy implements Policy {
    private static final Denial ANONYMOUS = new Denial(
            401, RoleCheckCode.IDENTITY_REQUIRED, "Nobody has been authenticated", DenialReason.AUTHENTICATION_FAILED);
    private static final Denial MISSING =
            new Denial(403, RoleCheckCode.ROLE_REQUIRED, "A required role is missing", DenialReason.FORBIDDEN);
    private static final Denial EXCLUDED = new Denial(
            403, RoleCheckCode.ROLE_EXCLUDED, "A role of the client is excluded here", DenialReason.FORBIDDEN);
    private static final Denial NO_RULE =
            new Denial(403, RoleCheckCode.NO_RULE, "No rule applies to this method and path", DenialReason.FORBIDDEN);

    private final RolePlan plan;
    private final boolean looksAtPath;
    private final RoleCheckParams.Mode mode;
    private final Future<RequestOutcome> anonymous;
    private final Future<RequestOutcome> unfit;
    private final Future<RequestOutcome> noRule;

    RoleCheckPolicy(RoleCheckParams params, RolePlan plan) {
        this.plan = plan;
        this.looksAtPath = plan.rules().stream().anyMatch(RoleRule::looksAtPath);
        this.mode = params.mode();
        this.anonymous = RequestOutcome.respond(
                ANONYMOUS.response(params.denialFormat()).withHeader("www-authenticate", params.challenge()));
        Denial denial = mode == RoleCheckParams.Mode.NONE ? EXCLUDED : MISSING;
        this.unfit = RequestOutcome.respond(denial.response(params.denialFormat()));
        this.noRule = RequestOutcome.respond(NO_RULE.response(params.denialFormat()));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Metadata metadata = context.metadata();
        if (Identity.id(metadata) == null) {
            return anonymous;
        }
        RoleRule rule = ruleFor(context.request());
        if (rule == null) {
            return noRule;
        }
        boolean passes = rule.roles().isEmpty() || isFit(RoleList.of(rolesIn(metadata)), rule.roles());
        return passes ? RequestOutcome.unchanged() : unfit;
    }

    /**
     * Returns the first rule that applies to the request. Returns null if none applies, or if an earlier rule depends
     * on an unknown path or method.
     */
    private @Nullable RoleRule ruleFor(RequestView request) {
        String target = request.path();
        String path = target.isEmpty() || !looksAtPath ? "" : QueryString.pathOf(TargetEncoding.resolved(target));
        for (RoleRule rule : plan.rules()) {
            if (rule.isUnclear(request.method(), path)) {
                return null;
            }
            if (rule.isFor(request.method(), path)) {
                return rule;
            }
        }
        return null;
    }

    private @Nullable JsonNode rolesIn(Metadata metadata) {
        if (plan.claims().isEmpty()) {
            return metadata.get(Identity.ROLES);
        }
        JsonNode claims = metadata.get(Identity.CLAIMS);
        if (claims != null) {
            for (ClaimPath path : plan.claims()) {
                JsonNode found = path.in(claims);
                if (found != null && !found.isNull()) {
                    return found;
                }
            }
        }
        return null;
    }

    /**
     * Returns whether the roles suffice. Unreadable roles (null) never suffice, since they could include an excluded
     * role.
     */
    private boolean isFit(@Nullable List<String> held, List<String> wanted) {
        if (held == null) {
            return false;
        }
        return switch (mode) {
            case ANY -> wanted.stream().anyMatch(held::contains);
            case ALL -> held.containsAll(wanted);
            case NONE -> wanted.stream().noneMatch(held::contains);
        };
    }
}
