package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instruction;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.EntryVerdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies the results of segments (worker calls of a chain) to the message, entry by entry, and determines whether the
 * chain ends. A method that returns {@link PhaseResult.Passed} ends the chain without running the remaining segments.
 *
 * @param <V> the message as policies see it
 * @param <O> a policy's outcome
 * @param <I> a policy's instruction
 */
final class SegmentFold<V extends MessageView<V>, O, I extends Instruction> {
    private final RunScope scope;
    private final PhaseOutcomes<V, O, I> outcomes;
    private final ChainMessage<V> message;
    private final ChainCourse course;

    SegmentFold(RunScope scope, PhaseOutcomes<V, O, I> outcomes, ChainMessage<V> message, ChainCourse course) {
        this.scope = scope;
        this.outcomes = outcomes;
        this.message = message;
        this.course = course;
    }

    /**
     * Applies the results of a segment's entries. Returns the result that ends the phase, or null if the chain
     * continues.
     *
     * @param hasOpened whether the call has opened chunk functions
     */
    @Nullable
    PhaseResult<V> results(
            Segment segment, SegmentResult<O> result, CallTime time, boolean hasOpened, CallRecord call) {
        List<EntryResult<O>> results = result.entries();
        for (int i = 0; i < results.size(); i++) {
            PlannedEntry entry = segment.entries().get(i);
            EntryRecord recorded = scope.record().entry(call, segment.firstEntry() + i, entry.name(), entry.policy());
            recorded.timed(result.times().began(i), result.times().took(i));
            if (entry.shadow() && !isUnchanged(results.get(i))) {
                return workerFailed(segment, WorkerFailures.acts(entry), call);
            }
            PhaseResult<V> end = switch (results.get(i)) {
                case EntryResult.Failed<O>(EntryFailure failure) ->
                    entryFailed(segment, entry, time.judge(entry, failure), recorded);
                case EntryResult.Completed<O>(O outcome) -> {
                    course.ran(entry);
                    yield entryCompleted(segment, entry, outcome, hasOpened, recorded);
                }
                case EntryResult.Skipped<O> _ -> {
                    recorded.went(entry.shadow() ? EntryVerdict.SHADOW : EntryVerdict.SKIPPED, null);
                    yield null;
                }
            };
            course.finished(entry);
            if (end != null) {
                return end;
            }
        }
        return results.size() == segment.entries().size()
                ? null
                : workerFailed(
                        segment,
                        WorkerFailures.leftOut(results.size(), segment.entries().size()),
                        call);
    }

    private boolean isUnchanged(EntryResult<O> result) {
        return switch (result) {
            case EntryResult.Completed<O>(O outcome) ->
                outcomes.instructions(outcome).isEmpty()
                        && outcomes.response(outcome) == null
                        && !outcomes.endsPhase(outcome);
            case EntryResult.Skipped<O> _ -> true;
            case EntryResult.Failed<O> _ -> false;
        };
    }

    private @Nullable PhaseResult<V> entryCompleted(
            Segment segment, PlannedEntry entry, O outcome, boolean hasOpened, EntryRecord recorded) {
        ImmediateResponse response = outcomes.response(outcome);
        List<I> instructions = outcomes.instructions(outcome);
        if (response != null) {
            return answered(segment, entry, response, instructions, recorded);
        }
        if (!instructions.isEmpty()) {
            Metadata after = message.metadata().after(instructions);
            EntryFailure fault = message.fault(outcomes, instructions, after);
            if (fault != null) {
                PhaseResult<V> end = entryFailed(segment, entry, fault, recorded);
                // The worker considered the outcome valid and has opened chunk functions.
                return hasOpened ? denied(fault.code(), entry) : end;
            }
            if (!message.reserve(instructions, null)) {
                return overloaded(segment, entry, recorded);
            }
            message.setMetadata(after);
            message.change(outcomes, entry, instructions);
        }
        EntryRecorder.note(outcomes, entry, outcome, recorded);
        return outcomes.endsPhase(outcome) ? message.passed(course.calls()) : null;
    }

    /**
     * Returns the denial by a policy. Parts of its response that cannot be sent, and metadata that cannot be kept, are
     * left out. A denial thus never becomes a failure that {@code on_failure} might ignore. Any other response that
     * cannot be sent is a failure that denies the message.
     */
    private @Nullable PhaseResult<V> answered(
            Segment segment,
            PlannedEntry entry,
            ImmediateResponse response,
            List<I> instructions,
            EntryRecord recorded) {
        SendableResponse sendable = scope.rules().sendable(response);
        String fault = sendable.fault();
        if (fault != null) {
            return entryFailed(segment, entry, new EntryFailure(ErrorCode.INVALID_RESPONSE, fault), recorded);
        }
        List<String> leftOut = new ArrayList<>(sendable.leftOut());
        Metadata after = message.metadata().after(instructions);
        EntryFailure excess = message.excess(after);
        if (excess != null) {
            leftOut.add(excess.message());
        }
        if (!leftOut.isEmpty()) {
            scope.events().leftOut(segment.worker().name(), entry, leftOut);
        }
        if (!message.reserve(List.of(), sendable.response())) {
            return overloaded(segment, entry, recorded);
        }
        if (excess == null) {
            message.setMetadata(after);
            EntryRecorder.noteChanges(outcomes, instructions, recorded);
        }
        recorded.denied(sendable.response());
        return new PhaseResult.Denied<>(sendable.response(), entry.name(), message.metadata(), course.calls());
    }

    /**
     * Fails the entry because the kernel has no memory for its result. The entry's {@code on_overload} does not apply.
     */
    private PhaseResult<V> overloaded(Segment segment, PlannedEntry entry, EntryRecord recorded) {
        recorded.failed(ErrorCode.OVERLOADED, ResultReservation.NONE.message(), OnFailure.DENY);
        scope.events()
                .policyFailed(
                        segment.worker().name(),
                        entry,
                        ResultReservation.NONE,
                        OnFailure.DENY,
                        () -> course.progress(1, true));
        return denied(ErrorCode.OVERLOADED, entry);
    }

    private @Nullable PhaseResult<V> entryFailed(
            Segment segment, PlannedEntry entry, EntryFailure failure, EntryRecord recorded) {
        OnFailure action = entry.after(failure);
        recorded.failed(failure.code(), failure.message(), action);
        scope.events()
                .policyFailed(
                        segment.worker().name(),
                        entry,
                        failure,
                        action,
                        () -> course.progress(1, action != OnFailure.CONTINUE));
        course.failed(entry);
        return failed(action, failure.code(), entry, segment);
    }

    /** Applies the failure of a call. Returns the result that ends the phase, or null if the chain continues. */
    @Nullable
    PhaseResult<V> workerFailed(Segment segment, WorkerException failure, CallRecord call) {
        ErrorCode code = WorkerFailures.codeOf(failure);
        OnFailure action = segment.isShadow() ? OnFailure.CONTINUE : WorkerFailures.actionOn(segment, failure);
        call.failed(code, String.valueOf(failure.getMessage()), action);
        List<String> left = course.leftOf(segment);
        scope.events()
                .workerFailed(
                        segment,
                        code,
                        failure,
                        action,
                        () -> course.progress(left.size(), action != OnFailure.CONTINUE));
        if (segment.isShadow()) {
            return null;
        }
        course.passOver(left);
        return failed(action, code, segment.entries().getFirst(), segment);
    }

    private @Nullable PhaseResult<V> failed(OnFailure action, ErrorCode code, PlannedEntry entry, Segment segment) {
        return switch (action) {
            case DENY -> denied(code, entry);
            case CONTINUE -> {
                scope.partial(segment.worker().name(), code);
                yield null;
            }
            case SKIP_REMAINING -> {
                scope.partial(segment.worker().name(), code);
                yield message.passed(course.calls());
            }
        };
    }

    private PhaseResult<V> denied(ErrorCode code, PlannedEntry entry) {
        return new PhaseResult.Failed<>(code, entry.name(), message.metadata(), course.calls());
    }
}
