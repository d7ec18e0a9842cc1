package io.policyengine.policies.ai.shared.apierror;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.prompt.PromptFault;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.List;

/** A policy's responses to refused requests. */
public record ApiRefusals(ApiDenialFormat format) {
    /** Returns the outcome that refuses a request: the denial in the policy's format, with further instructions. */
    public RequestOutcome of(Denial denial, RequestView request, List<RequestInstruction> instructions) {
        return new RequestOutcome.Respond(
                ApiError.response(denial, format, ApiShape.ofPath(request.path())), instructions);
    }

    public RequestOutcome of(Denial denial, RequestView request) {
        return of(denial, request, List.of());
    }

    /** Returns a denial if the failure is that the request could not be read; otherwise returns the failure. */
    public Future<RequestOutcome> recovered(Throwable failure, RequestView request) {
        return failure instanceof PromptFault fault
                ? Future.succeededFuture(of(fault.kind().denial(), request))
                : Future.failedFuture(failure);
    }
}
