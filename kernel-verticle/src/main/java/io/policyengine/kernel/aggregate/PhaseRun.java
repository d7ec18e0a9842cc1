package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.ImmediateResponse;
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
    final RunScope scope;
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

    /** Runs until the chain is over or a worker has to be waited for. */
    final void start() {
        while (next < flow.segments().size()) {
            Segment segment = flow.segments().get(next++);
            long started = scope.ticker().nanoTime();
            Future<SegmentResult<O>> answer = call(segment, started);
            if (!answer.isComplete()) {
                answer.onComplete(_ -> resume(segment, answer, started));
                return;
            }
            PhaseResult<V> result = fold(segment, answer, started);
            if (result != null) {
                done.accept(result);
                return;
            }
        }
        done.accept(passed());
    }

    private void resume(Segment segment, Future<SegmentResult<O>> answer, long started) {
        if (scope.cancellation().isCancelled()) {
            segment.meters().record(CallStatus.CANCELLED, scope.ticker().nanoTime() - started);
            return;
        }
        try {
            PhaseResult<V> result = fold(segment, answer, started);
            if (result == null) {
                start();
            } else {
                done.accept(result);
            }
        } catch (RuntimeException bug) {
            scope.events().bug(bug);
        }
    }

    private Future<SegmentResult<O>> call(Segment segment, long now) {
        calls++;
        long deadline =
                Math.min(scope.deadlineNanos(), now + segment.worker().timeout().toNanos());
        Call call = new Call(scope.requestId(), scope.exchangeId(), deadline, scope.cancellation());
        return call(segment, call, view, metadata);
    }

    /** Takes up a segment's result; returns how the phase ends by it, or null if the chain goes on. */
    private @Nullable PhaseResult<V> fold(Segment segment, Future<SegmentResult<O>> answer, long started) {
        long nanos = scope.ticker().nanoTime() - started;
        if (answer.failed()) {
            WorkerException failure = failureOf(answer.cause());
            segment.meters().record(CallStatus.of(failure), nanos);
            return workerFailed(segment, failure);
        }
        PhaseResult<V> end = foldEntries(segment, answer.result().entries());
        segment.meters().record(statusOf(end), nanos);
        return end;
    }

    private @Nullable PhaseResult<V> foldEntries(Segment segment, List<EntryResult<O>> results) {
        for (int i = 0; i < results.size(); i++) {
            PlannedEntry entry = segment.entries().get(i);
            PhaseResult<V> end = switch (results.get(i)) {
                case EntryResult.Failed<O>(EntryFailure failure) -> entryFailed(segment, entry, failure);
                case EntryResult.Completed<O>(O outcome) -> entryCompleted(segment, entry, outcome);
            };
            if (end != null) {
                return end;
            }
        }
        return results.size() == segment.entries().size()
                ? null
                : workerFailed(
                        segment,
                        new WorkerException(
                                WorkerException.Kind.INVALID_ANSWER,
                                "it left out entries that it had to run: " + results.size() + " of "
                                        + segment.entries().size() + " answered"));
    }

    private @Nullable PhaseResult<V> entryCompleted(Segment segment, PlannedEntry entry, O outcome) {
        List<I> instructions = instructions(outcome);
        ImmediateResponse response = response(outcome);
        if (!instructions.isEmpty() || response != null) {
            Metadata after = metadata.after(instructions);
            String violation = violation(instructions, response, after);
            if (violation != null) {
                return entryFailed(segment, entry, new EntryFailure(ErrorCode.INVALID_INSTRUCTION, violation));
            }
            take(entry, instructions, after);
        }
        if (response != null) {
            return new PhaseResult.Denied<>(response, entry.name(), metadata, calls);
        }
        return endsPhase(outcome) ? passed() : null;
    }

    private @Nullable String violation(List<I> instructions, @Nullable ImmediateResponse response, Metadata after) {
        if (after.size() > scope.maxStateSize()) {
            return "the metadata would exceed " + scope.maxStateSize() + " bytes";
        }
        for (int i = 0; i < instructions.size(); i++) {
            String problem = check(instructions.get(i));
            if (problem != null) {
                return problem;
            }
        }
        return response == null ? null : scope.rules().check(response.headers());
    }

    private void take(PlannedEntry entry, List<I> instructions, Metadata after) {
        V changed = apply(instructions, view);
        reroute |= entry.reroute() && !changed.equals(view);
        view = changed;
        metadata = after;
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof HeaderInstruction header) {
                touch(entry, HeaderMap.lowerCase(header.name()));
            } else if (instructions.get(i) instanceof SetBody) {
                touch(entry, "content-type");
                SetBody.OUTDATED_FIELDS.forEach(field -> touch(entry, field));
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

    private @Nullable PhaseResult<V> entryFailed(Segment segment, PlannedEntry entry, EntryFailure failure) {
        scope.events().policyFailed(segment.worker().name(), entry, failure);
        return failed(entry.onFailure(), failure.code(), entry, segment);
    }

    private @Nullable PhaseResult<V> workerFailed(Segment segment, WorkerException failure) {
        ErrorCode code = codeOf(failure);
        scope.events().workerFailed(segment, code, failure);
        OnFailure action = switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN, TIMEOUT, OVERLOADED -> segment.onWorkerFailure();
            // What a worker answers wrongly is a policy's error: its fail_open does not cover it.
            case INVALID_ANSWER, INTERNAL -> segment.onPolicyFailure();
        };
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
                yield passed();
            }
        };
    }

    private PhaseResult<V> passed() {
        return new PhaseResult.Passed<>(view, touched.keySet(), reroute, metadata, calls);
    }

    private static <V> CallStatus statusOf(@Nullable PhaseResult<V> end) {
        return switch (end) {
            case null -> CallStatus.OK;
            case PhaseResult.Passed<V> _ -> CallStatus.OK;
            case PhaseResult.Denied<V> _ -> CallStatus.DENIED;
            case PhaseResult.Failed<V> _ -> CallStatus.POLICY_ERROR;
        };
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
}
