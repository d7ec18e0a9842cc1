package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.recorder.Changes;
import io.policyengine.kernel.recorder.EntryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Interprets the outcomes of request policies. */
final class RequestOutcomes implements PhaseOutcomes<RequestView, RequestOutcome, RequestInstruction> {
    static final RequestOutcomes INSTANCE = new RequestOutcomes();

    private RequestOutcomes() {}

    @Override
    public List<RequestInstruction> instructions(RequestOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable String check(RequestInstruction instruction, RunScope scope) {
        String dropped = scope.rules().check(instruction);
        return dropped == null
                ? Instructions.check(
                        instruction,
                        scope.tools().pathRules(),
                        scope.requestRules().allowInPath())
                : dropped;
    }

    @Override
    public RequestView apply(List<RequestInstruction> instructions, RequestView view, RunScope scope) {
        return Instructions.apply(
                instructions, scope.requestRules().identityFields().replacedIn(view, instructions));
    }

    @Override
    public @Nullable ImmediateResponse response(RequestOutcome outcome) {
        return outcome instanceof RequestOutcome.Respond(ImmediateResponse response, List<RequestInstruction> _)
                ? response
                : null;
    }

    @Override
    public boolean endsPhase(RequestOutcome outcome) {
        return outcome instanceof RequestOutcome.SkipRemaining;
    }

    @Override
    public @Nullable String reason(RequestOutcome outcome) {
        return switch (outcome) {
            case RequestOutcome.Proceed proceed -> proceed.reason();
            case RequestOutcome.SkipRemaining skip -> skip.reason();
            case RequestOutcome.Respond respond -> respond.response().reason();
        };
    }

    @Override
    public void note(EntryRecord entry, RequestInstruction instruction) {
        Changes.note(entry, instruction);
    }
}
