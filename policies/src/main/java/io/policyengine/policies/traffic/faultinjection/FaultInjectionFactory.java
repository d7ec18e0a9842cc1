package io.policyengine.policies.traffic.faultinjection;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code faultInjection}. */
@Descriptor(
        name = "faultInjection",
        version = "1.0.0",
        family = Family.TRAFFIC,
        summary = "Delays or refuses a share of the requests, where the worker allows faults.",
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.INJECTS_FAULTS, Fact.DECLARES_ALL_EFFECTS, Fact.HAS_DEPENDENCY},
        codes = FaultCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class FaultInjectionFactory implements PolicyFactory<FaultInjectionParams> {
    @Override
    public EntryFacts facts(FaultInjectionParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        Expression<Boolean> condition = condition(params, new ArrayList<>());
        return condition == null ? facts : facts.with(condition.facts());
    }

    @Override
    public Policy create(FaultInjectionParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        if (params.delayMs() == 0 && params.abort() == null) {
            problems.add(new ParamProblem("", "the policy injects no fault: give delay_ms or abort"));
        }
        Duration longest = env.timeout().minus(Delays.MARGIN);
        if (params.delayMs() > longest.toMillis()) {
            problems.add(new ParamProblem(
                    "/delay_ms",
                    "the delay is longer than the entry may take: give at most " + longest.toMillis()
                            + " ms, or raise timeout_ms of the entry or policy_timeout_ms of the worker"));
        }
        Expression<Boolean> condition = condition(params, problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Delays delays = env.state("delays", params.maxActiveFaults(), () -> new Delays(params.maxActiveFaults(), env));
        return new FaultInjectionPolicy(params, condition, delays, env);
    }

    private static @Nullable Expression<Boolean> condition(FaultInjectionParams params, List<ParamProblem> problems) {
        String when = params.when();
        if (when == null) {
            return null;
        }
        return switch (Expression.condition(when, Phase.REQUEST)) {
            case Compiled.Ok<Boolean>(Expression<Boolean> condition) -> condition;
            case Compiled.Invalid<Boolean>(List<ExpressionFault> faults) -> {
                faults.forEach(fault -> problems.add(new ParamProblem("/when", fault.explain(when))));
                yield null;
            }
        };
    }
}
