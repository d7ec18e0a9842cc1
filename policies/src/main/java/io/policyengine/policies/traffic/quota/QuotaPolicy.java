package io.policyengine.policies.traffic.quota;

import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.Question;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Passes requests within all quotas, and reports the remaining quotas to operators. */
record QuotaPolicy(CountingPolicy counting) implements Policy {
    private static final String QUOTAS = "quotas";
    private static final String KEY = "key";

    @Override
    public Future<RequestOutcome> onRequest(RequestContext request) {
        return counting.onRequest(request);
    }

    @Override
    public Future<@Nullable JsonNode> ask(Question question) {
        String key = question.parameter(KEY);
        return question.about().equals(QUOTAS) && key != null
                ? counting.state(key).map(state -> state)
                : Future.succeededFuture();
    }

    @Override
    public void close() {
        counting.close();
    }
}
