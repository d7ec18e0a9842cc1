package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instruction;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.ChainPart;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.EntryVerdict;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of a phase's chain. It calls one worker per segment, and merges the policies' instructions in chain order, so
 * that the last change of a field wins. The run may stop before a segment and continue when the body has arrived. After
 * a call that is already complete the run continues at once, otherwise in the call's callback. Confined to one event
 * loop.
 *
 * @param <V> the message as policies see it
 * @param <O> a policy's outcome
 * @param <I> a policy's instruction
 */
public abstract sealed class PhaseRun<V extends MessageView<V>, O, I extends Instruction>
        permits RequestPhaseRun, ResponsePhaseRun, TrailersPhaseRun {
    final RunScope scope;
    private final FlowPlan flow;
    private final ChainCourse course;
    private List<OpenBody> openBodies = List.of();

    private V view;
    private Metadata metadata;
    private @Nullable TouchedFields touched;

    private boolean reroute;
    private int next;
    private int end;
    private int calls;
    /** The memory of the results; null until a body is received or set. */
    private @Nullable ResultReservation results;

    private boolean opensBodies;
    private long deadline;
    private Consumer<PhaseResult<V>> done = _ -> {};

    PhaseRun(Phase phase, RunScope scope, FlowPlan flow, V view, Metadata metadata) {
        this.scope = scope;
        this.flow = flow;
        this.view = view;
        this.metadata = metadata;
        this.course = new ChainCourse(phase, flow);
    }

    abstract Future<SegmentResult<O>> call(Segment segment, Call call, V view, Metadata metadata);

    /** Calls the segment's worker and opens the chunk functions of its policies. */
    abstract Future<OpenSegment<O>> open(Segment segment, Call call, V view, Metadata metadata);

    abstract List<I> instructions(O outcome);

    /**
     * Returns the reason why a well-formed instruction cannot take effect, or null. The reason is that Envoy would drop
     * the change, or that the route refuses it.
     */
    abstract @Nullable String check(I instruction);

    abstract V apply(List<I> instructions, V view);

    /** Returns the answer to the client that the outcome contains, or null. */
    abstract @Nullable ImmediateResponse response(O outcome);

    abstract boolean endsPhase(O outcome);

    /** Returns the reason that the policy gave for letting the message pass, or null. */
    abstract @Nullable String reason(O outcome);

    abstract void note(EntryRecord entry, I instruction);

    abstract ChainPart part();

    public final FlowPlan flow() {
        return flow;
    }

    /** The metadata of all policies so far. */
    public final Metadata metadata() {
        return metadata;
    }

    /** Returns the progress to log if the chain ends here. */
    public final ChainProgress progress() {
        return course.progress(0, true);
    }

    /**
     * Records that all entries have run on the headers. Called for a message without headers, so that its trailers
     * reach the entries.
     */
    public final void passOverHeaders() {
        flow.segments().forEach(segment -> segment.entries().forEach(course::ran));
        next = flow.segments().size();
    }

    /** Returns a run on the trailers, or null if no entry that has run on the headers reads trailers. */
    public final @Nullable TrailersPhaseRun onTrailers(TrailersView received, TrailersPhaseRun.Message message) {
        FlowPlan onThem = course.onTrailers();
        return onThem.isEmpty()
                ? null
                : new TrailersPhaseRun(course.phase(), scope, onThem, received, message, metadata);
    }

    /** The header fields that policies have set for the response so far. */
    public final HeaderMap left() {
        return touched == null ? HeaderMap.empty() : touched.left();
    }

    /** Returns the number of worker calls made, excluding calls for chunks of bodies. */
    public final int calls() {
        return calls;
    }

    /** Sets the body that the remaining policies read. */
    public final void giveBody(Buffer body) {
        results = new ResultReservation(scope.account(), body.length());
        view = view.withBody(body);
    }

    /**
     * Releases the body, because it has been sent to Envoy. Returns the memory held in addition to that of the replaced
     * bytes, or null if there is none.
     */
    public final @Nullable MemoryReservation dropBody() {
        ResultReservation room = results;
        results = null;
        view = view.withBody(null);
        return room == null ? null : room.hand();
    }

    /** Returns whether all segments have run. */
    public final boolean isOver() {
        return next >= flow.segments().size();
    }

    /** The segments whose policies wait for the body's chunks, in chain order. */
    public final List<OpenBody> openBodies() {
        return openBodies;
    }

    /** Creates the object that sends the body's chunks through the open segments; called before the first chunk. */
    public final BodyChunks bodyChunks() {
        return new BodyChunks(scope, openBodies);
    }

    /**
     * Runs the pending segments up to {@code segment}, exclusive.
     *
     * @param segment index of the first segment that does not run now
     * @param opens whether chunk functions are opened for a streamed body
     * @param deadlineNanos end of the phase, on the ticker
     * @param result called one time, possibly immediately, unless the exchange is cancelled first
     */
    public final void runTo(int segment, boolean opens, long deadlineNanos, Consumer<PhaseResult<V>> result) {
        end = segment;
        opensBodies = opens;
        deadline = deadlineNanos;
        done = result;
        advance();
    }

    private void advance() {
        while (next < end) {
            Segment segment = flow.segments().get(next++);
            if (segment.isShadow() && !segment.chain().isAvailable()) {
                continue;
            }
            long started = scope.ticker().nanoTime();
            CallRecord recorded = scope.record().call(part(), segment.worker().name(), segment.isShadow(), started);
            recorded.planned(next - 1, flow.body().mode());
            Future<SegmentResult<O>> answer = call(segment, started, recorded);
            if (!answer.isComplete() && segment.isShadow() && !segment.readsBody()) {
                answer.onComplete(_ -> endShadow(segment, answer, started, recorded));
                continue;
            }
            if (!answer.isComplete()) {
                answer.onComplete(_ -> resume(segment, answer, started, recorded));
                return;
            }
            PhaseResult<V> result = fold(segment, answer, started, recorded);
            if (result != null) {
                tell(result);
                return;
            }
        }
        tell(passed());
    }

    /** Calls the waiting callback, and drops it so that the objects it references can be freed. */
    private void tell(PhaseResult<V> result) {
        Consumer<PhaseResult<V>> waiting = done;
        done = _ -> {};
        waiting.accept(result);
    }

    private void resume(Segment segment, Future<SegmentResult<O>> answer, long started, CallRecord recorded) {
        if (scope.cancellation().isCancelled()) {
            segment.meters().record(CallStatus.CANCELLED, scope.ticker().nanoTime() - started, scope.trace());
            return;
        }
        scope.events().watched(() -> {
            PhaseResult<V> result = fold(segment, answer, started, recorded);
            if (result == null) {
                advance();
            } else {
                tell(result);
            }
        });
    }

    /** Records the result of a shadow segment, for which the chain did not wait. */
    private void endShadow(Segment segment, Future<SegmentResult<O>> answer, long started, CallRecord recorded) {
        if (!scope.cancellation().isCancelled()) {
            scope.events().watched(() -> fold(segment, answer, started, recorded));
        }
    }

    private Future<SegmentResult<O>> call(Segment segment, long now, CallRecord recorded) {
        calls++;
        long until = Math.min(deadline, now + segment.worker().timeout().toNanos());
        Call call = new Call(
                scope.identity().requestId(),
                scope.identity().exchangeId(),
                until,
                scope.cancellation(),
                scope.trace().ofCall(recorded.number()));
        recorded.identify(call);
        if (!segment.readsBody()) {
            return call(segment, call, view.body() == null ? view : view.withBody(null), metadata);
        }
        if (opensBodies && view.body() == null) {
            return open(segment, call, view, metadata).map(opened -> {
                if (opened.chunks() != null) {
                    openBodies = openBodies.isEmpty() ? new ArrayList<>(2) : openBodies;
                    openBodies.add(new OpenBody(segment, opened.chunks(), recorded));
                }
                return opened.result();
            });
        }
        return call(segment, call, view, metadata);
    }

    /** Applies a segment's result. Returns the result that ends the phase, or null if the chain continues. */
    private @Nullable PhaseResult<V> fold(
            Segment segment, Future<SegmentResult<O>> answer, long started, CallRecord recorded) {
        long nanos = scope.ticker().nanoTime() - started;
        int following = next;
        int conflicts = conflicts();
        CallTime time = scope.timeOf(segment.worker(), deadline - started);
        PhaseResult<V> end;
        CallStatus status;
        if (answer.failed()) {
            WorkerException failure = time.judge(WorkerFailures.of(answer.cause()));
            status = CallStatus.of(failure);
            end = workerFailed(segment, failure, recorded);
        } else {
            end = foldEntries(segment, answer.result(), time, recorded);
            status = PhaseResult.statusOf(end);
        }
        segment.meters().record(status, nanos, scope.trace());
        recorded.ended(status, nanos);
        if (scope.trace().exists()) {
            recorded.folded(scope.ticker().nanoTime() - started - nanos, conflicts() - conflicts);
        }
        if (end != null) {
            EntryRecorder.noteUnreached(scope.record(), recorded, segment, recorded.entries(), flow, following);
        }
        return end;
    }

    private int conflicts() {
        return touched == null ? 0 : touched.conflicts();
    }

    private @Nullable PhaseResult<V> foldEntries(
            Segment segment, SegmentResult<O> result, CallTime time, CallRecord call) {
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
                    yield entryCompleted(segment, entry, outcome, recorded);
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
                instructions(outcome).isEmpty() && response(outcome) == null && !endsPhase(outcome);
            case EntryResult.Skipped<O> _ -> true;
            case EntryResult.Failed<O> _ -> false;
        };
    }

    private @Nullable PhaseResult<V> entryCompleted(
            Segment segment, PlannedEntry entry, O outcome, EntryRecord recorded) {
        ImmediateResponse response = response(outcome);
        if (response != null) {
            return answered(segment, entry, response, instructions(outcome), recorded);
        }
        List<I> instructions = instructions(outcome);
        if (!instructions.isEmpty()) {
            Metadata after = metadata.after(instructions);
            EntryFailure fault = fault(instructions, after);
            if (fault != null) {
                PhaseResult<V> end = entryFailed(segment, entry, fault, recorded);
                // The worker considered the outcome valid and has opened chunk functions.
                return hasOpened(segment) ? new PhaseResult.Failed<>(fault.code(), entry.name(), metadata, calls) : end;
            }
            if (!hasRoom(instructions, null)) {
                return overloaded(segment, entry, recorded);
            }
            metadata = after;
            take(entry, instructions);
        }
        EntryRecorder.note(this, entry, outcome, recorded);
        return endsPhase(outcome) ? skipRest() : null;
    }

    /**
     * Returns the denial by a policy. Parts of its response that cannot be sent, and metadata that cannot be kept, are
     * left out. A denial thus never becomes a failure, to which {@code on_failure} would apply. Any other response that
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
        Metadata after = metadata.after(instructions);
        EntryFailure excess = scope.excess(after, left());
        if (excess != null) {
            leftOut.add(excess.message());
        }
        if (!leftOut.isEmpty()) {
            scope.events().leftOut(segment.worker().name(), entry, leftOut);
        }
        if (!hasRoom(List.of(), sendable.response())) {
            return overloaded(segment, entry, recorded);
        }
        if (excess == null) {
            metadata = after;
            EntryRecorder.noteChanges(this, instructions, recorded);
        }
        recorded.denied(sendable.response().status(), sendable.response().reason());
        return new PhaseResult.Denied<>(sendable.response(), entry.name(), metadata, calls);
    }

    /**
     * Returns whether the account has room for the body and the fields that the instructions set or that the response
     * contains.
     */
    private boolean hasRoom(List<I> instructions, @Nullable ImmediateResponse response) {
        long body = ResultReservation.bodyOf(instructions, response);
        long fields = ResultReservation.fieldsOf(instructions, response);
        if (body + fields > 0 && results == null) {
            results = new ResultReservation(scope.account(), 0);
        }
        return results == null || results.take(body, fields);
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
        return new PhaseResult.Failed<>(ErrorCode.OVERLOADED, entry.name(), metadata, calls);
    }

    private boolean hasOpened(Segment segment) {
        return !openBodies.isEmpty() && openBodies.getLast().segment().equals(segment);
    }

    /**
     * Returns the failure of an entry whose outcome cannot be applied, or null. {@code after} is the metadata that
     * would result from the outcome.
     */
    private @Nullable EntryFailure fault(List<I> instructions, Metadata after) {
        String excessive = Instructions.check(instructions);
        if (excessive != null) {
            return new EntryFailure(ErrorCode.INVALID_INSTRUCTION, excessive);
        }
        HeaderMap left = SetResponseHeader.after(left(), instructions);
        EntryFailure excess = scope.excess(after, left);
        if (excess != null) {
            return excess;
        }
        String violation = violation(instructions, left);
        return violation == null ? null : new EntryFailure(ErrorCode.INVALID_INSTRUCTION, violation);
    }

    private @Nullable String violation(List<I> instructions, HeaderMap left) {
        String ofLeft = left.size() == 0 ? null : scope.rules().check(left);
        if (ofLeft != null) {
            return ofLeft;
        }
        for (int i = 0; i < instructions.size(); i++) {
            String problem = check(instructions.get(i));
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private void take(PlannedEntry entry, List<I> instructions) {
        V changed = apply(instructions, view);
        reroute |= entry.reroute() && !changed.equals(view);
        view = changed;
        touched = touched == null ? new TouchedFields(scope.meters()) : touched;
        touched.note(entry, instructions);
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

    private @Nullable PhaseResult<V> workerFailed(Segment segment, WorkerException failure, CallRecord call) {
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
            case DENY -> new PhaseResult.Failed<>(code, entry.name(), metadata, calls);
            case CONTINUE -> {
                scope.partial(segment.worker().name(), code);
                yield null;
            }
            case SKIP_REMAINING -> {
                scope.partial(segment.worker().name(), code);
                yield skipRest();
            }
        };
    }

    private PhaseResult<V> skipRest() {
        next = flow.segments().size();
        return passed();
    }

    private PhaseResult<V> passed() {
        return new PhaseResult.Passed<>(view, touched == null ? Set.of() : touched.names(), reroute, metadata, calls);
    }
}
