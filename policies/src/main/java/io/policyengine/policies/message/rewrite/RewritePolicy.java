package io.policyengine.policies.message.rewrite;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;

final class RewritePolicy implements Policy {
    private final RewritePlan plan;

    RewritePolicy(RewritePlan plan) {
        this.plan = plan;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        try {
            return RequestOutcome.proceed(plan.instructions(context));
        } catch (PolicyException illegal) {
            return Future.failedFuture(illegal);
        }
    }
}
