package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.Instruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.ChainPart;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of a phase's chain. It makes one worker call per segment (consecutive entries of one worker), and applies the
 * results to the message ({@link SegmentFold}) in chain order: the last change of a field wins. The run may stop before
 * a segment and continue when the body has arrived. Confined to one event loop.
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
    private final ChainMessage<V> message;
    private final SegmentFold<V, O, I> fold;
    private List<OpenBody> openBodies = List.of();

    private int next;
    private int end;
    private boolean opensBodies;
    private long deadline;
    private Consumer<PhaseResult<V>> done = _ -> {};

    PhaseRun(Phase phase, RunScope scope, FlowPlan flow, PhaseOutcomes<V, O, I> outcomes, V view, Metadata metadata) {
        this.scope = scope;
        this.flow = flow;
        this.course = new ChainCourse(phase, flow);
        this.message = new ChainMessage<>(scope, view, metadata);
        this.fold = new SegmentFold<>(scope, outcomes, message, course);
    }

    abstract Future<SegmentResult<O>> call(Segment segment, Call call, V view, Metadata metadata);

    /** Calls the segment's worker and opens the chunk functions of its policies. */
    abstract Future<OpenSegment<O>> open(Segment segment, Call call, V view, Metadata metadata);

    abstract ChainPart part();

    public final FlowPlan flow() {
        return flow;
    }

    /** The metadata of all policies so far. */
    public final Metadata metadata() {
        return message.metadata();
    }

    /** Returns the progress to log if the chain ends here. */
    public final ChainProgress progress() {
        return course.progress(0, true);
    }

    /**
     * Records that all entries have run on the headers. Called for a message without headers, so that the entries still
     * receive its trailers.
     */
    public final void passOverHeaders() {
        flow.segments().forEach(segment -> segment.entries().forEach(course::ran));
        next = flow.segments().size();
    }

    /** Returns a run on the trailers, or null if no entry that has run on the headers reads trailers. */
    public final @Nullable TrailersPhaseRun onTrailers(TrailersView received, TrailersPhaseRun.Message ended) {
        FlowPlan onThem = course.onTrailers();
        return onThem.isEmpty()
                ? null
                : new TrailersPhaseRun(course.phase(), scope, onThem, received, ended, message.metadata());
    }

    /** The header fields that policies have set for the response so far. */
    public final HeaderMap left() {
        return message.left();
    }

    /** Returns the number of worker calls made, excluding calls for chunks of bodies. */
    public final int calls() {
        return course.calls();
    }

    /** Sets the body that the remaining policies read. */
    public final void giveBody(Buffer body) {
        message.giveBody(body);
    }

    /**
     * Drops the references to the body once the policies have run. Returns the memory that their results hold beyond
     * that of the replaced bytes, or null if they hold none.
     */
    public final @Nullable MemoryReservation dropBody() {
        return message.dropBody();
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
     * Runs the pending segments before {@code segment}.
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
            CallTime time = scope.timeOf(segment.worker(), deadline - started);
            Future<SegmentResult<O>> answer = call(segment, started + time.given(), time.isShort(), recorded);
            if (!answer.isComplete() && segment.isShadow() && !segment.readsBody()) {
                answer.onComplete(_ -> endShadow(segment, answer, started, time, recorded));
                continue;
            }
            if (!answer.isComplete()) {
                answer.onComplete(_ -> resume(segment, answer, started, time, recorded));
                return;
            }
            PhaseResult<V> result = fold(segment, answer, started, time, recorded);
            if (result != null) {
                tell(result);
                return;
            }
        }
        tell(message.passed(course.calls()));
    }

    /** Calls the waiting callback, and drops it so that the objects it references can be freed. */
    private void tell(PhaseResult<V> result) {
        Consumer<PhaseResult<V>> waiting = done;
        done = _ -> {};
        waiting.accept(result);
    }

    private void resume(
            Segment segment, Future<SegmentResult<O>> answer, long started, CallTime time, CallRecord recorded) {
        if (scope.cancellation().isCancelled()) {
            segment.meters().record(CallStatus.CANCELLED, scope.ticker().nanoTime() - started, scope.trace());
            return;
        }
        scope.events().watched(() -> {
            PhaseResult<V> result = fold(segment, answer, started, time, recorded);
            if (result == null) {
                advance();
            } else {
                tell(result);
            }
        });
    }

    /** Records the result of a shadow segment, for which the chain did not wait. */
    private void endShadow(
            Segment segment, Future<SegmentResult<O>> answer, long started, CallTime time, CallRecord recorded) {
        if (!scope.cancellation().isCancelled()) {
            scope.events().watched(() -> fold(segment, answer, started, time, recorded));
        }
    }

    private Future<SegmentResult<O>> call(Segment segment, long until, boolean isCutShort, CallRecord recorded) {
        course.called();
        Call call = new Call(
                scope.identity().requestId(),
                scope.identity().exchangeId(),
                until,
                scope.cancellation(),
                isCutShort,
                scope.trace().ofCall(recorded.number()));
        recorded.identify(call);
        V view = message.view();
        if (!segment.readsBody()) {
            return call(segment, call, view.body() == null ? view : view.withBody(null), message.metadata());
        }
        if (opensBodies && view.body() == null) {
            return open(segment, call, view, message.metadata()).map(opened -> {
                if (opened.chunks() != null) {
                    openBodies = openBodies.isEmpty() ? new ArrayList<>(2) : openBodies;
                    openBodies.add(new OpenBody(segment, opened.chunks(), recorded));
                }
                return opened.result();
            });
        }
        return call(segment, call, view, message.metadata());
    }

    /** Applies a segment's result. Returns the result that ends the phase, or null if the chain continues. */
    private @Nullable PhaseResult<V> fold(
            Segment segment, Future<SegmentResult<O>> answer, long started, CallTime time, CallRecord recorded) {
        long nanos = scope.ticker().nanoTime() - started;
        int following = next;
        int conflicts = message.conflicts();
        PhaseResult<V> end;
        CallStatus status;
        if (answer.failed()) {
            WorkerException failure = time.judge(WorkerFailures.of(answer.cause()));
            status = CallStatus.of(failure);
            end = fold.workerFailed(segment, failure, recorded);
        } else {
            end = fold.results(segment, answer.result(), time, hasOpened(segment), recorded);
            status = PhaseResult.statusOf(end);
        }
        if (end instanceof PhaseResult.Passed<V>) {
            next = flow.segments().size();
        }
        segment.meters().record(status, nanos, scope.trace());
        recorded.ended(status, nanos);
        if (scope.trace().exists()) {
            recorded.folded(scope.ticker().nanoTime() - started - nanos, message.conflicts() - conflicts);
        }
        if (end != null) {
            EntryRecorder.noteUnreached(scope.record(), recorded, segment, recorded.entries(), flow, following);
        }
        return end;
    }

    private boolean hasOpened(Segment segment) {
        return !openBodies.isEmpty() && openBodies.getLast().segment().equals(segment);
    }
}
