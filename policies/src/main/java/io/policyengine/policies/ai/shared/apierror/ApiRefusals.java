package io.policyengine.policies.ai.shared.apierror;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.prompt.PromptFault;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.List;

/** The answers of one policy to requests that it refuses. */
public record ApiRefusals(ApiDenialFormat format) {
    /** The refusal of a request. */
    public RequestOutcome of(Denial denial, RequestView request, List<RequestInstruction> instructions) {
        return new RequestOutcome.Respond(
                ApiError.response(denial, format, ApiShape.ofPath(request.path())), instructions);
    }

    /** The refusal of a request. */
    public RequestOutcome of(Denial denial, RequestView request) {
        return of(denial, request, List.of());
    }

    /** Denies a request that could not be read; passes on any other failure. */
    public Future<RequestOutcome> recovered(Throwable failure, RequestView request) {
        return failure instanceof PromptFault fault
                ? Future.succeededFuture(of(fault.kind().denial(), request))
                : Future.failedFuture(failure);
    }
}
