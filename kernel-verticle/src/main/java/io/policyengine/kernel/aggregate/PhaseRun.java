package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a phase's chain: calls a worker per segment and folds what the policies instruct in chain order, the last to touch
 * a field winning. Belongs to one event loop; runs on while calls are complete at once and resumes by callback when one is not.
 *
 * @param <V> the message as policies see it
 * @param <O> what a policy decides
 * @param <I> what a policy instructs
 */
abstract class PhaseRun<V, O, I> {
    private final RunScope scope;
    private final FlowPlan flow;
    private final Consumer<PhaseResult<V>> done;

    private V view;
    private Metadata metadata;
    /** The entry that touched a header field last, by the field's name. */
    private Map<String, PlannedEntry> touched = Map.of();

    private boolean reroute;
    private int next;
    private int calls;

    PhaseRun(RunScope scope, FlowPlan flow, V view, Metadata metadata, Consumer<PhaseResult<V>> done) {
        this.scope = scope;
        this.flow = flow;
        this.view = view;
        this.metadata = metadata;
        this.done = done;
    }

    /** Calls the segment's worker. */
    abstract Future<SegmentResult<O>> call(Segment segment, Call call, V view, Metadata metadata);

    abstract List<I> instructions(O outcome);

    /** Why Envoy would drop the instruction, or null; that it is legal is the worker link's promise. */
    abstract @Nullable String check(I instruction);

    abstract V apply(List<I> instructions, V view);

    /** The answer to the client, if that is what was decided. */
    abstract @Nullable ImmediateResponse response(O outcome);

    abstract boolean endsPhase(O outcome);

    final void start() {
        while (next < flow.segments().size()) {
            Segment segment = flow.segments().get(next++);
            long started = scope.ticker().nanoTime();
            Future<SegmentResult<O>> answer = callSafely(segment, started);
            if (!answer.isComplete()) {
                answer.onComplete(_ -> {
                    if (!scope.cancellation().isCancelled() && fold(segment, answer, started)) {
                        start();
                    }
                });
                return;
            }
            if (!fold(segment, answer, started)) {
                return;
            }
        }
        pass();
    }

    private Future<SegmentResult<O>> callSafely(Segment segment, long now) {
        calls++;
        long deadline =
                Math.min(scope.deadlineNanos(), now + segment.worker().timeout().toNanos());
        Call call = new Call(scope.requestId(), scope.exchangeId(), deadline, scope.cancellation());
        try {
            return call(segment, call, view, metadata);
        } catch (RuntimeException bug) {
            scope.log().bug(bug);
            return Future.failedFuture(new WorkerException(WorkerException.Kind.INTERNAL, bug.toString()));
        }
    }

    /** Takes up a segment's result; returns whether the chain goes on. */
    private boolean fold(Segment segment, Future<SegmentResult<O>> answer, long started) {
        long nanos = scope.ticker().nanoTime() - started;
        if (answer.failed()) {
            WorkerException failure = failureOf(answer.cause());
            segment.meters().record(CallStatus.of(failure), nanos);
            return workerFailed(segment, failure);
        }
        List<EntryResult<O>> results = answer.result().entries();
        CallStatus status = CallStatus.OK;
        for (int i = 0; i < results.size(); i++) {
            PlannedEntry entry = segment.entries().get(i);
            Step step = switch (results.get(i)) {
                case EntryResult.Failed<O>(EntryFailure failure) -> entryFailed(segment, entry, failure);
                case EntryResult.Completed<O>(O outcome) -> entryCompleted(segment, entry, outcome);
            };
            if (step != Step.GO_ON) {
                status = step.status;
                segment.meters().record(status, nanos);
                return false;
            }
        }
        segment.meters().record(status, nanos);
        return true;
    }

    private Step entryCompleted(Segment segment, PlannedEntry entry, O outcome) {
        List<I> instructions = instructions(outcome);
        if (!instructions.isEmpty()) {
            Metadata after = Instructions.metadataAfter(instructions, metadata);
            EntryFailure violation = violation(instructions, after);
            if (violation != null) {
                return entryFailed(segment, entry, violation);
            }
            take(entry, instructions, after);
        }
        ImmediateResponse response = response(outcome);
        if (response != null) {
            done.accept(new PhaseResult.Denied<>(response, entry.name(), metadata, calls));
            return Step.DENIED;
        }
        if (endsPhase(outcome)) {
            pass();
            return Step.ENDED;
        }
        return Step.GO_ON;
    }

    private @Nullable EntryFailure violation(List<I> instructions, Metadata after) {
        if (after.size() > scope.maxStateSize()) {
            return new EntryFailure(ErrorCode.STATE_TOO_LARGE, "metadata exceeds " + scope.maxStateSize() + " bytes");
        }
        for (int i = 0; i < instructions.size(); i++) {
            String problem = check(instructions.get(i));
            if (problem != null) {
                return new EntryFailure(ErrorCode.INVALID_INSTRUCTION, problem);
            }
        }
        return null;
    }

    private void take(PlannedEntry entry, List<I> instructions, Metadata after) {
        view = apply(instructions, view);
        metadata = after;
        reroute |= entry.reroute();
        for (int i = 0; i < instructions.size(); i++) {
            switch (instructions.get(i)) {
                case HeaderInstruction header -> touch(entry, HeaderMap.lowerCase(header.name()));
                case SetBody(var _, String contentType) -> {
                    if (contentType != null) {
                        touch(entry, "content-type");
                    }
                }
                default -> {}
            }
        }
    }

    private void touch(PlannedEntry entry, String name) {
        if (touched.isEmpty()) {
            touched = new HashMap<>();
        }
        PlannedEntry before = touched.put(name, entry);
        if (before != null && !before.equals(entry)) {
            scope.meters().conflicts().increment();
        }
    }

    private Step entryFailed(Segment segment, PlannedEntry entry, EntryFailure failure) {
        scope.log().policyFailed(segment.worker().name(), entry, failure);
        return switch (entry.onFailure()) {
            case DENY -> {
                fail(failure.code(), entry.name(), segment, failure.message());
                yield Step.FAILED;
            }
            case CONTINUE -> {
                scope.partial(segment.worker().name(), failure.code());
                yield Step.GO_ON;
            }
            case SKIP_REMAINING -> {
                scope.partial(segment.worker().name(), failure.code());
                pass();
                yield Step.ENDED;
            }
        };
    }

    private boolean workerFailed(Segment segment, WorkerException failure) {
        ErrorCode code = codeOf(failure);
        scope.log().workerFailed(segment, failure);
        return switch (segment.onWorkerFailure()) {
            case DENY -> {
                fail(code, segment.entries().getFirst().name(), segment, String.valueOf(failure.getMessage()));
                yield false;
            }
            case CONTINUE -> {
                scope.partial(segment.worker().name(), code);
                yield true;
            }
            case SKIP_REMAINING -> {
                scope.partial(segment.worker().name(), code);
                pass();
                yield false;
            }
        };
    }

    private void pass() {
        done.accept(new PhaseResult.Passed<>(view, touched.keySet(), reroute, metadata, calls));
    }

    private void fail(ErrorCode code, String failedAt, Segment segment, String message) {
        done.accept(new PhaseResult.Failed<>(code, failedAt, segment.worker().name(), message, metadata, calls));
    }

    private static WorkerException failureOf(Throwable cause) {
        return cause instanceof WorkerException known
                ? known
                : new WorkerException(WorkerException.Kind.INTERNAL, String.valueOf(cause));
    }

    private static ErrorCode codeOf(WorkerException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN -> ErrorCode.WORKER_UNAVAILABLE;
            case TIMEOUT -> ErrorCode.WORKER_TIMEOUT;
            case OVERLOADED -> ErrorCode.OVERLOADED;
            case INVALID_ANSWER -> ErrorCode.INVALID_ANSWER;
            case INTERNAL -> ErrorCode.POLICY_ERROR;
        };
    }

    /** Where an entry's result leads. */
    private enum Step {
        GO_ON(CallStatus.OK),
        ENDED(CallStatus.OK),
        DENIED(CallStatus.DENIED),
        FAILED(CallStatus.POLICY_ERROR);

        private final CallStatus status;

        Step(CallStatus status) {
            this.status = status;
        }
    }
}
