package io.policyengine.policies.traffic.canary;

import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets the fields of an arm: of the client's choice if permitted, else of the arm for the request's key, else of a
 * random arm.
 */
final class CanaryPolicy implements Policy {
    private final CanaryPlan plan;
    private final List<Future<RequestOutcome>> outcomes;
    private final Arms arms;
    private final @Nullable ClientKey keys;
    private final @Nullable String overrideHeader;
    private final PolicyEnvironment env;

    CanaryPolicy(
            CanaryPlan plan,
            Arms arms,
            @Nullable ClientKey keys,
            @Nullable String overrideHeader,
            PolicyEnvironment env) {
        this.plan = plan;
        this.outcomes =
                plan.instructions().stream().map(RequestOutcome::proceed).toList();
        this.arms = arms;
        this.keys = keys;
        this.overrideHeader = overrideHeader;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        int chosen = overrideHeader == null ? -1 : chosenByClient(context, overrideHeader);
        return outcomes.get(chosen >= 0 ? chosen : byWeight(context));
    }

    private int byWeight(RequestContext context) {
        return keys == null ? arms.at(env.randomLong()) : arms.of(keys.keyOf(context));
    }

    /**
     * Returns the index of the arm that the client's field names; -1 if the field is absent, repeated or names no arm.
     */
    private int chosenByClient(RequestContext context, String header) {
        List<String> values = context.request().headers().getAll(header);
        return values.size() == 1 ? plan.names().indexOf(values.getFirst()) : -1;
    }
}
