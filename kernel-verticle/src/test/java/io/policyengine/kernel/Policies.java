package io.policyengine.kernel;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Function;

/** Behaviours of policies for tests of the kernel. */
final class Policies {
    private Policies() {}

    static Policy request(RequestInstruction... instructions) {
        return onRequest(_ -> RequestOutcome.proceed(List.of(instructions)));
    }

    static Policy response(ResponseInstruction... instructions) {
        return onResponse(_ -> ResponseOutcome.proceed(List.of(instructions)));
    }

    static Policy denying(int status, String body) {
        return onRequest(_ -> RequestOutcome.respond(new ImmediateResponse(
                status, HeaderMap.of("content-type", "text/plain"), Buffer.buffer(body), "policy_denied")));
    }

    static Policy failing() {
        return onRequest(_ -> Future.failedFuture(new PolicyException(ErrorCode.POLICY_ERROR, "it broke")));
    }

    static Policy silent() {
        return onRequest(_ -> Promise.<RequestOutcome>promise().future());
    }

    static Policy onRequest(Function<RequestContext, Future<RequestOutcome>> behaviour) {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return behaviour.apply(request);
            }
        };
    }

    static Policy onResponse(Function<ResponseContext, Future<ResponseOutcome>> behaviour) {
        return new Policy() {
            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return behaviour.apply(response);
            }
        };
    }
}
