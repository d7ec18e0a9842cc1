package io.policyengine.kernel.aggregate;

import io.policyengine.core.instruction.Instruction;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.EntryVerdict;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.List;

/** Adds to an exchange's record what each entry did, and which entries did not run. */
final class EntryRecorder {
    private EntryRecorder() {}

    static <O, I extends Instruction> void note(
            PhaseOutcomes<?, O, I> outcomes, PlannedEntry entry, O outcome, EntryRecord recorded) {
        List<I> instructions = outcomes.instructions(outcome);
        noteChanges(outcomes, instructions, recorded);
        if (entry.shadow()) {
            recorded.went(EntryVerdict.SHADOW, null);
        } else if (outcomes.endsPhase(outcome)) {
            recorded.went(EntryVerdict.SKIP_REMAINING, outcomes.reason(outcome));
        } else {
            recorded.went(
                    instructions.isEmpty() ? EntryVerdict.PROCEED : EntryVerdict.CHANGED, outcomes.reason(outcome));
        }
    }

    static <I extends Instruction> void noteChanges(
            PhaseOutcomes<?, ?, I> outcomes, List<I> instructions, EntryRecord recorded) {
        for (int i = 0; i < instructions.size(); i++) {
            outcomes.note(recorded, instructions.get(i));
        }
    }

    /**
     * Records the entries that did not run because the chain ended before them.
     *
     * @param ended the call that ended the chain
     * @param answered number of entries of that call's segment that ran
     * @param next index of the first segment that was not called
     */
    static void noteUnreached(
            ExchangeRecord record, CallRecord ended, Segment segment, int answered, FlowPlan flow, int next) {
        for (int i = answered; i < segment.entries().size(); i++) {
            unreached(record, ended, segment, i);
        }
        List<Segment> segments = flow.segments();
        for (int s = next; s < segments.size(); s++) {
            for (int i = 0; i < segments.get(s).entries().size(); i++) {
                unreached(record, ended, segments.get(s), i);
            }
        }
    }

    private static void unreached(ExchangeRecord record, CallRecord ended, Segment segment, int at) {
        PlannedEntry entry = segment.entries().get(at);
        record.unreached(ended, entry.name(), entry.policy());
    }
}
