package io.policyengine.core.chain;

import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The response phase. */
final class ResponseSteps implements PhaseSteps<ResponseContext, ResponseOutcome> {
    static final ResponseSteps INSTANCE = new ResponseSteps();

    private ResponseSteps() {}

    @Override
    public Call call(ResponseContext context) {
        return context.call();
    }

    @Override
    public Metadata metadata(ResponseContext context) {
        return context.metadata();
    }

    @Override
    public Future<ResponseOutcome> run(Policy policy, ResponseContext context) {
        return policy.onResponse(context);
    }

    @Override
    public List<ResponseInstruction> instructions(ResponseOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable EntryFailure check(ResponseOutcome outcome, ResponseContext context, ChainLimits limits) {
        for (ResponseInstruction instruction : outcome.instructions()) {
            EntryFailure failure = PhaseSteps.illegal(Instructions.check(instruction));
            if (failure == null) {
                failure = PhaseSteps.checkSize(instruction, limits);
            }
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    @Override
    public boolean ends(ResponseOutcome outcome) {
        return switch (outcome) {
            case ResponseOutcome.Proceed _ -> false;
            case ResponseOutcome.SkipRemaining _ -> true;
        };
    }

    @Override
    public ResponseContext after(ResponseOutcome outcome, Metadata metadata, ResponseContext context) {
        return new ResponseContext(
                Instructions.apply(outcome.instructions(), context.response()),
                context.request(),
                context.originalRequest(),
                metadata,
                context.call());
    }
}
