package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.Default;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;

/** A policy that doubles the request's body, and tells the client what went upstream if it is to. */
final class KeepsRequestFactory implements PolicyFactory<KeepsRequestFactory.Params> {
    record Params(@Default("true") boolean tell) {}

    @Override
    public PolicyDescriptor descriptor() {
        return PolicyDescriptor.headersOnly(
                        "keeps", "1", "Tells what went upstream.", Set.of(Phase.REQUEST, Phase.RESPONSE), Set.of())
                .withRequestBodyKept();
    }

    @Override
    public BodyNeed bodyNeed(Params params, Phase phase) {
        return phase == Phase.REQUEST ? BodyNeed.BUFFERED : BodyNeed.NONE;
    }

    @Override
    public boolean keepsRequestBody(Params params) {
        return params.tell();
    }

    @Override
    public Policy create(Params params, PolicyEnvironment env) {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                Buffer body = request.request().body();
                return body == null
                        ? RequestOutcome.unchanged()
                        : RequestOutcome.proceed(List.of(new SetBody(body.copy().appendBuffer(body), null)));
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return ResponseOutcome.proceed(
                        List.of(new SetHeader("x-sent", "<" + response.request().body() + ">")));
            }
        };
    }
}
