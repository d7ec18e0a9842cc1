package io.policyengine.policies.access.celrule;

import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.List;

/** Creates the policy {@code celRule}. */
@Descriptor(
        name = "celRule",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = CelRuleCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CelRuleFactory implements PolicyFactory<CelRuleParams> {
    /** A compiled expression, and the result with which it denies a request. */
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
    public EntryFacts facts(CelRuleParams params, Phase phase) {
        return PolicyFactory.super
                .facts(params, phase)
                .with(Rule.of(params).expression().facts());
    }

    @Override
    public boolean deniesWith(String code, CelRuleParams params) {
        return code.equals(params.code()) || PolicyFactory.super.deniesWith(code, params);
    }

    @Override
    public Policy create(CelRuleParams params, PolicyEnvironment env) {
        Rule rule = Rule.of(params);
        return new CelRulePolicy(params, rule.expression(), rule.denies());
    }
}
