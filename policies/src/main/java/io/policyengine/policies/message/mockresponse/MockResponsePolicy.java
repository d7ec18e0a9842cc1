package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;

/** Answers requests without calling the upstream, or replaces the upstream's response. */
final class MockResponsePolicy implements Policy {
    private final MockAnswer answer;

    MockResponsePolicy(MockAnswer answer) {
        this.answer = answer;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        try {
            return RequestOutcome.respond(answer.response((template, escape) -> template.fill(context, escape)));
        } catch (PolicyException illegal) {
            return Future.failedFuture(illegal);
        }
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        boolean toHead = context.originalRequest().method().equals("HEAD");
        try {
            return ResponseOutcome.proceed(
                    answer.instructions((template, escape) -> template.fill(context, escape), toHead));
        } catch (PolicyException illegal) {
            return Future.failedFuture(illegal);
        }
    }
}
