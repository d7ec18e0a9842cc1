package io.policyengine.policies.access.celrule;

import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import java.util.List;
import java.util.Set;

/** Makes {@code celRule}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CelRuleFactory implements PolicyFactory<CelRuleParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "celRule",
            "1.0.0",
            "Refuses requests by an expression in CEL.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.MAY_DENY));

    /** The one expression, and the value of it with which a request is refused. */
    private record Rule(Expression<Boolean> expression, boolean denies) {
        static Rule of(CelRuleParams params) {
            String denyIf = params.denyIf();
            String allowIf = params.allowIf();
            if (denyIf != null && allowIf == null) {
                return new Rule(compile(denyIf, "/deny_if"), true);
            }
            if (allowIf != null && denyIf == null) {
                return new Rule(compile(allowIf, "/allow_if"), false);
            }
            throw new InvalidParamsException("", "exactly one of deny_if and allow_if is expected");
        }

        private static Expression<Boolean> compile(String text, String pointer) {
            return switch (Expression.condition(text, Phase.REQUEST)) {
                case Compiled.Ok<Boolean>(var expression) -> expression;
                case Compiled.Invalid<Boolean>(List<ExpressionFault> faults) ->
                    throw new InvalidParamsException(faults.stream()
                            .map(fault -> new ParamProblem(pointer, fault.explain(text)))
                            .toList());
            };
        }
    }

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<CelRuleParams> paramsType() {
        return CelRuleParams.class;
    }

    @Override
    public EntryFacts facts(CelRuleParams params, Phase phase) {
        return EntryFacts.of(DESCRIPTOR.facts())
                .with(Rule.of(params).expression().facts());
    }

    @Override
    public Policy create(CelRuleParams params, PolicyEnvironment env) {
        Rule rule = Rule.of(params);
        return new CelRulePolicy(params, rule.expression(), rule.denies());
    }
}
