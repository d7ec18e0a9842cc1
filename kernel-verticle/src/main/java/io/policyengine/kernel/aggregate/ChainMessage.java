package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instruction;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.plan.PlannedEntry;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The message that a chain processes, with the changes and the metadata of the policies that have run. Bodies and
 * fields that policies set are counted in the exchange's account; metadata has its own limit ({@link RunScope#excess}).
 *
 * @param <V> the message as policies see it
 */
final class ChainMessage<V extends MessageView<V>> {
    private final RunScope scope;
    private V view;
    private Metadata metadata;
    private @Nullable TouchedFields touched;
    private boolean reroute;
    /** The memory of policies' results; null until a body is received, or a policy sets a body or fields. */
    private @Nullable ResultReservation results;

    ChainMessage(RunScope scope, V view, Metadata metadata) {
        this.scope = scope;
        this.view = view;
        this.metadata = metadata;
    }

    V view() {
        return view;
    }

    Metadata metadata() {
        return metadata;
    }

    /** The header fields that policies have set for the response. */
    HeaderMap left() {
        return touched == null ? HeaderMap.empty() : touched.left();
    }

    /** Returns how often an entry changed a field that another entry had changed before. */
    int conflicts() {
        return touched == null ? 0 : touched.conflicts();
    }

    void giveBody(Buffer body) {
        results = new ResultReservation(scope.account(), body.length());
        view = view.withBody(body);
    }

    /**
     * Releases the body. Returns the memory that policies' results hold beyond that of the replaced bytes, or null if
     * they hold none.
     */
    @Nullable
    MemoryReservation dropBody() {
        ResultReservation room = results;
        results = null;
        view = view.withBody(null);
        return room == null ? null : room.hand();
    }

    /**
     * Reserves memory for the body and the fields that the instructions set or that the response contains. Returns
     * false if the account has no room.
     */
    boolean reserve(List<? extends Instruction> instructions, @Nullable ImmediateResponse response) {
        long body = ResultReservation.bodyOf(instructions, response);
        long fields = ResultReservation.fieldsOf(instructions, response);
        if (body + fields > 0 && results == null) {
            results = new ResultReservation(scope.account(), 0);
        }
        return results == null || results.take(body, fields);
    }

    /**
     * Returns the failure of an entry that would leave more metadata than an exchange may keep, or null if
     * {@code after} is small enough.
     */
    @Nullable
    EntryFailure excess(Metadata after) {
        return scope.excess(after, left());
    }

    /**
     * Returns the failure of an entry whose outcome cannot be applied, or null.
     *
     * @param after the metadata that would result from the outcome
     */
    <I extends Instruction> @Nullable EntryFailure fault(
            PhaseOutcomes<V, ?, I> outcomes, List<I> instructions, Metadata after) {
        String excessive = Instructions.check(instructions);
        if (excessive != null) {
            return new EntryFailure(ErrorCode.INVALID_INSTRUCTION, excessive);
        }
        HeaderMap left = SetResponseHeader.after(left(), instructions);
        EntryFailure excess = scope.excess(after, left);
        if (excess != null) {
            return excess;
        }
        String violation = violation(outcomes, instructions, left);
        return violation == null ? null : new EntryFailure(ErrorCode.INVALID_INSTRUCTION, violation);
    }

    private <I extends Instruction> @Nullable String violation(
            PhaseOutcomes<V, ?, I> outcomes, List<I> instructions, HeaderMap left) {
        String ofLeft = left.size() == 0 ? null : scope.rules().check(left);
        if (ofLeft != null) {
            return ofLeft;
        }
        for (int i = 0; i < instructions.size(); i++) {
            String problem = outcomes.check(instructions.get(i), scope);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    void setMetadata(Metadata after) {
        metadata = after;
    }

    /** Applies the instructions of an entry, except instructions that change metadata. */
    <I extends Instruction> void change(PhaseOutcomes<V, ?, I> outcomes, PlannedEntry entry, List<I> instructions) {
        V changed = outcomes.apply(instructions, view, scope);
        reroute |= entry.reroute() && !changed.equals(view);
        view = changed;
        touched = touched == null ? new TouchedFields(scope.meters()) : touched;
        touched.note(entry, instructions);
    }

    /** Returns the result of a chain that lets the message pass as it is now. */
    PhaseResult<V> passed(int calls) {
        return new PhaseResult.Passed<>(view, touched == null ? Set.of() : touched.names(), reroute, metadata, calls);
    }
}
