package io.policyengine.core.chain;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request phase. */
final class RequestSteps implements PhaseSteps<RequestContext, RequestOutcome> {
    static final RequestSteps INSTANCE = new RequestSteps();

    private RequestSteps() {}

    @Override
    public Call call(RequestContext context) {
        return context.call();
    }

    @Override
    public Metadata metadata(RequestContext context) {
        return context.metadata();
    }

    @Override
    public Future<RequestOutcome> run(Policy policy, RequestContext context) {
        return policy.onRequest(context);
    }

    @Override
    public List<RequestInstruction> instructions(RequestOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable EntryFailure check(RequestOutcome outcome, RequestContext context, ChainLimits limits) {
        for (RequestInstruction instruction : outcome.instructions()) {
            EntryFailure failure = PhaseSteps.illegal(Instructions.check(instruction, context.request()));
            if (failure == null) {
                failure = PhaseSteps.checkSize(instruction, limits);
            }
            if (failure != null) {
                return failure;
            }
        }
        return outcome instanceof RequestOutcome.Respond(ImmediateResponse response, var _)
                ? checkResponse(response, limits)
                : null;
    }

    private static @Nullable EntryFailure checkResponse(ImmediateResponse response, ChainLimits limits) {
        EntryFailure illegal = PhaseSteps.illegal(Instructions.check(response));
        return illegal != null
                ? illegal
                : PhaseSteps.checkBody("ImmediateResponse", response.body().length(), limits);
    }

    @Override
    public boolean ends(RequestOutcome outcome) {
        return switch (outcome) {
            case RequestOutcome.Proceed _ -> false;
            case RequestOutcome.SkipRemaining _, RequestOutcome.Respond _ -> true;
        };
    }

    @Override
    public RequestContext after(RequestOutcome outcome, Metadata metadata, RequestContext context) {
        return new RequestContext(
                Instructions.apply(outcome.instructions(), context.request()), metadata, context.call());
    }
}
