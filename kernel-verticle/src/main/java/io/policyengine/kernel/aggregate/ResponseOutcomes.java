package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.kernel.recorder.Changes;
import io.policyengine.kernel.recorder.EntryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Interprets the outcomes of the response policies of one run. Response policies cannot answer the client, but may
 * replace the response.
 */
final class ResponseOutcomes implements PhaseOutcomes<ResponseView, ResponseOutcome, ResponseInstruction> {
    private @Nullable String refusalCode;

    /** Returns the code of the last applied refusal of the response, or null. */
    @Nullable
    String refusalCode() {
        return refusalCode;
    }

    @Override
    public List<ResponseInstruction> instructions(ResponseOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable String check(ResponseInstruction instruction, RunScope scope) {
        return scope.rules().check(instruction);
    }

    @Override
    public ResponseView apply(List<ResponseInstruction> instructions, ResponseView view, RunScope scope) {
        return Instructions.apply(instructions, view);
    }

    @Override
    public @Nullable ImmediateResponse response(ResponseOutcome outcome) {
        return null;
    }

    @Override
    public boolean endsPhase(ResponseOutcome outcome) {
        return outcome instanceof ResponseOutcome.SkipRemaining;
    }

    @Override
    public @Nullable String reason(ResponseOutcome outcome) {
        return switch (outcome) {
            case ResponseOutcome.Proceed proceed -> proceed.reason();
            case ResponseOutcome.SkipRemaining skip -> skip.reason();
        };
    }

    @Override
    public void note(EntryRecord entry, ResponseInstruction instruction) {
        Changes.note(entry, instruction);
        if (instruction instanceof SetStatusCode(int _, String code) && code != null) {
            refusalCode = code;
        }
    }
}
