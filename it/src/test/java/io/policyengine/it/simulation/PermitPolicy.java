package io.policyengine.it.simulation;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.it.simulation.world.PolicyNames;
import io.policyengine.it.simulation.world.Request;
import io.policyengine.it.simulation.world.Stamp;
import io.policyengine.policies.traffic.concurrencylimit.ConcurrencyLimitFactory;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.BiFunction;
import tools.jackson.databind.node.JsonNodeFactory;

/** A stamping policy with the permits of {@code concurrencyLimit}, the real one. */
final class PermitPolicy implements PolicyFactory<PermitPolicy.Params> {
    private static final BiFunction<Integer, PolicyEnvironment, Policy> LIMITS = limits(new ConcurrencyLimitFactory());

    private final PolicyDescriptor descriptor;
    private final PolicyCalls calls;

    /** Which entry of which chain it is, and how many exchanges of a tenant it lets through at once; the process is told by the settings of the worker. */
    record Params(String stamp, int max, String process) {}

    /** The policy of a worker. */
    PermitPolicy(String worker, PolicyCalls calls) {
        this.descriptor = PolicyDescriptor.headersOnly(
                        PolicyNames.permitOf(worker),
                        "1.0.0",
                        "Stamps messages of a limited number of exchanges.",
                        Set.of(Phase.REQUEST),
                        Set.<Fact>of())
                .withEnd(EndAccuracy.EXACT);
        this.calls = calls;
    }

    private static <P extends Record> BiFunction<Integer, PolicyEnvironment, Policy> limits(PolicyFactory<P> real) {
        ParamsBinder<P> binder = ParamsBinder.of(real.paramsType());
        return (max, environment) -> {
            var params = JsonNodeFactory.instance.objectNode().put("max", max).put("key", "header:" + Request.TENANT);
            return real.create(((BoundParams.Ok<P>) binder.bind(params)).value(), environment);
        };
    }

    @Override
    public PolicyDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public Policy create(Params params, PolicyEnvironment environment) {
        Stamp stamp = Stamp.parse(params.stamp());
        String process = params.process();
        Policy limit = LIMITS.apply(params.max(), environment);
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                boolean permitted = !(limit.onRequest(context).result() instanceof RequestOutcome.Respond);
                return calls.onCountedRequest(process, stamp, context, permitted);
            }

            @Override
            public void exchangeEnded(ExchangeEnd end) {
                limit.exchangeEnded(end);
                calls.onEnd(process, stamp, end);
            }
        };
    }
}
