package io.policyengine.policies.traffic.faultinjection;

import io.policyengine.core.expression.Expression;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Injects faults into a share of the requests that match a condition: delays them, refuses them, or both. */
final class FaultInjectionPolicy implements Policy {
    private static final double RANDOM_UNIT = 0x1.0p-53;

    private final Duration delay;
    private final double share;
    private final Future<RequestOutcome> outcome;
    private final @Nullable Expression<Boolean> condition;
    private final Delays delays;
    private final PolicyEnvironment env;

    FaultInjectionPolicy(
            FaultInjectionParams params,
            @Nullable Expression<Boolean> condition,
            Delays delays,
            PolicyEnvironment env) {
        this.delay = Duration.ofMillis(params.delayMs());
        this.share = params.percent() / 100;
        this.outcome = outcome(params);
        this.condition = condition;
        this.delays = delays;
        this.env = env;
    }

    private static Future<RequestOutcome> outcome(FaultInjectionParams params) {
        FaultInjectionParams.Abort abort = params.abort();
        if (abort == null) {
            return Future.succeededFuture(new RequestOutcome.Proceed(List.of(), "delayed by an injected fault"));
        }
        Denial denial = new Denial(
                abort.status(),
                FaultCode.FAULT_INJECTED,
                "This fault was injected on purpose",
                DenialReason.POLICY_DENIED);
        return RequestOutcome.respond(denial.response(params.denialFormat()));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        if (condition != null && !condition.evaluate(context)) {
            return RequestOutcome.unchanged();
        }
        if (share < 1 && (env.randomLong() >>> 11) * RANDOM_UNIT >= share) {
            return RequestOutcome.unchanged();
        }
        if (delay.isZero()) {
            return outcome;
        }
        return delays.delay(context.call(), delay).compose(_ -> outcome);
    }
}
