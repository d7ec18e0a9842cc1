package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.MessageView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instruction;
import io.policyengine.kernel.recorder.EntryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Interprets the outcomes that policies return in one phase. Stateless.
 *
 * @param <V> the message as policies see it
 * @param <O> a policy's outcome
 * @param <I> a policy's instruction
 */
interface PhaseOutcomes<V extends MessageView<V>, O, I extends Instruction> {
    List<I> instructions(O outcome);

    /**
     * Returns the reason why a well-formed instruction cannot take effect, or null if it can. Either Envoy would drop
     * the change, or the route refuses it.
     */
    @Nullable
    String check(I instruction, RunScope scope);

    V apply(List<I> instructions, V view, RunScope scope);

    /** Returns the answer to the client that the outcome contains, or null. */
    @Nullable
    ImmediateResponse response(O outcome);

    boolean endsPhase(O outcome);

    /** Returns the reason that the policy gave for letting the message pass, or null. */
    @Nullable
    String reason(O outcome);

    void note(EntryRecord entry, I instruction);
}
