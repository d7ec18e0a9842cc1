package io.policyengine.worker;

import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import java.util.List;

/** Replaces an unknown policy if {@code fail_on_unknown} is off. Each of its runs is skipped. */
final class SkippedPolicy implements Policy {
    static final SkippedPolicy INSTANCE = new SkippedPolicy();

    private static final String REASON = "this worker does not have the policy, so the entry was skipped";

    private SkippedPolicy() {}

    @Override
    public Future<RequestOutcome> onRequest(RequestContext request) {
        return Future.succeededFuture(new RequestOutcome.Proceed(List.of(), REASON));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext response) {
        return Future.succeededFuture(new ResponseOutcome.Proceed(List.of(), REASON));
    }
}
