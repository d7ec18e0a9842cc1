package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.TrailersInstruction;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.kernel.recorder.Changes;
import io.policyengine.kernel.recorder.EntryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Interprets the outcomes of policies on trailers, which cannot answer the client or end the chain. */
final class TrailersOutcomes implements PhaseOutcomes<TrailersView, TrailersOutcome, TrailersInstruction> {
    static final TrailersOutcomes INSTANCE = new TrailersOutcomes();

    private TrailersOutcomes() {}

    @Override
    public List<TrailersInstruction> instructions(TrailersOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable String check(TrailersInstruction instruction, RunScope scope) {
        return scope.rules().check(instruction);
    }

    @Override
    public TrailersView apply(List<TrailersInstruction> instructions, TrailersView view, RunScope scope) {
        return Instructions.apply(instructions, view);
    }

    @Override
    public @Nullable ImmediateResponse response(TrailersOutcome outcome) {
        return null;
    }

    @Override
    public boolean endsPhase(TrailersOutcome outcome) {
        return false;
    }

    @Override
    public @Nullable String reason(TrailersOutcome outcome) {
        return null;
    }

    @Override
    public void note(EntryRecord entry, TrailersInstruction instruction) {
        Changes.note(entry, instruction);
    }
}
