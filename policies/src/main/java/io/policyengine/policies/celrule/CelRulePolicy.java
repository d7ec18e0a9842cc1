package io.policyengine.policies.celrule;

import io.policyengine.core.expression.Expression;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.denial.Denial;
import io.vertx.core.Future;

/** Refuses a request for which its expression has a certain value. One that has none fails, by which the engine refuses too. */
final class CelRulePolicy implements Policy {
    private final Expression<Boolean> expression;
    private final boolean denies;
    private final Future<RequestOutcome> denied;

    CelRulePolicy(CelRuleParams params, Expression<Boolean> expression, boolean denies) {
        this.expression = expression;
        this.denies = denies;
        Denial denial = new Denial(params.status(), params.code(), params.message(), DenialReason.POLICY_DENIED);
        this.denied = RequestOutcome.respond(denial.response(params.denialFormat()));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return expression.evaluate(context) == denies ? denied : RequestOutcome.unchanged();
    }
}
