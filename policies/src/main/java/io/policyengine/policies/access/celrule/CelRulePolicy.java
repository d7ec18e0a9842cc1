package io.policyengine.policies.access.celrule;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Denies a request if the expression has the denying value or fails. In the latter case the policy itself does not
 * fail, since {@code on_failure} could then let the request pass.
 */
final class CelRulePolicy implements Policy {
    /** The metadata key for the reason why an expression failed. The reason contains no text of the request. */
    static final String FAILURE = "cel_rule.failure";

    private static final Denial FAILED =
            new Denial(500, CelRuleCode.RULE_FAILED, "The rule cannot be evaluated", DenialReason.POLICY_ERROR);

    /** The denial code that the operator has configured for the rule. */
    private record ConfiguredCode(String name) implements DenialCode {
        @Override
        public String remedy() {
            return CelRuleCode.RULE_DENIED.remedy();
        }
    }

    private final Expression<Boolean> expression;
    private final boolean denies;
    private final Future<RequestOutcome> denied;
    private final ImmediateResponse failed;

    CelRulePolicy(CelRuleParams params, Expression<Boolean> expression, boolean denies) {
        this.expression = expression;
        this.denies = denies;
        Denial denial = new Denial(
                params.status(), new ConfiguredCode(params.code()), params.message(), DenialReason.POLICY_DENIED);
        this.denied = RequestOutcome.respond(denial.response(params.denialFormat()));
        this.failed = FAILED.response(params.denialFormat());
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        boolean value;
        try {
            value = expression.evaluate(context);
        } catch (PolicyException noValue) {
            return Future.succeededFuture(new RequestOutcome.Respond(failed, List.of(reason(noValue))));
        }
        return value == denies ? denied : RequestOutcome.unchanged();
    }

    private static RequestInstruction reason(PolicyException noValue) {
        return new SetMetadata(FAILURE, JsonNodeFactory.instance.stringNode(String.valueOf(noValue.getMessage())));
    }
}
