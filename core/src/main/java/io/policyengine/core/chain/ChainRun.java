package io.policyengine.core.chain;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.time.DeadlineWheel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One run of a chain. Confined to the event loop that began it. */
final class ChainRun<C, O> {
    private static final EntryFailure NO_FUTURE =
            new EntryFailure(ErrorCode.POLICY_ERROR, "the policy returned null instead of a future");
    private static final EntryFailure NO_OUTCOME =
            new EntryFailure(ErrorCode.POLICY_ERROR, "the policy's future holds null instead of an outcome");

    private final ChainExecutor executor;
    private final PhaseSteps<C, O> steps;
    private final List<BoundEntry> entries;
    private final int end;
    private final Call call;
    private final List<EntryResult<O>> results;
    private C context;
    private int index;
    private boolean over;

    /** Why the run was stopped, if it was. */
    private @Nullable ChainStoppedException stop;

    // Set once a policy did not answer at once.
    private @Nullable ContextInternal vertxContext;
    private @Nullable Promise<SegmentResult<O>> promise;
    private DeadlineWheel.@Nullable Deadline deadline;

    ChainRun(ChainExecutor executor, PhaseSteps<C, O> steps, List<BoundEntry> entries, int first, int end, C context) {
        this.executor = executor;
        this.steps = steps;
        this.entries = entries;
        this.index = Objects.checkFromToIndex(first, end, entries.size());
        this.end = end;
        this.context = context;
        this.call = steps.call(context);
        this.results = new ArrayList<>(end - first);
    }

    Future<SegmentResult<O>> start() {
        advance();
        if (promise != null) {
            return promise.future();
        }
        return stop != null ? Future.failedFuture(stop) : Future.succeededFuture(new SegmentResult<>(results));
    }

    /** Runs entries until one does not answer at once, or the chain ends. */
    private void advance() {
        while (index < end) {
            long begun = executor.ticker().nanoTime();
            if (isStopped(begun)) {
                return;
            }
            BoundEntry entry = entries.get(index);
            Future<O> future;
            try {
                future = steps.run(entry.policy(), context);
            } catch (Exception | LinkageError | StackOverflowError | AssertionError thrown) {
                // The policy's own faults. Other errors, such as OutOfMemoryError, concern the whole process.
                if (fail(entry, failureOf(thrown), begun, thrown)) {
                    continue;
                }
                break;
            }
            if (future != null && !future.isComplete()) {
                await(entry, future, begun);
                return;
            }
            if (!settle(entry, future, begun)) {
                break;
            }
        }
        finish();
    }

    private boolean isStopped(long now) {
        if (call.cancellation().isCancelled()) {
            stop(ChainStoppedException.Reason.CANCELLED, "the call was cancelled");
        } else if (now - call.deadlineNanos() >= 0) {
            stop(ChainStoppedException.Reason.DEADLINE, "no time was left for " + nameOf(entries.get(index)));
        }
        return over;
    }

    private void await(BoundEntry entry, Future<O> future, long begun) {
        if (promise == null) {
            ContextInternal current = Objects.requireNonNull(ContextInternal.current(), "not on an event loop");
            vertxContext = current;
            promise = current.promise();
            call.cancellation()
                    .onCancel(() ->
                            onContext(() -> stop(ChainStoppedException.Reason.CANCELLED, "the call was cancelled")));
        }
        int awaited = index;
        long limit = begun + entry.timeout().toNanos();
        boolean callEndsFirst = limit - call.deadlineNanos() >= 0;
        deadline = executor.deadlines().add(callEndsFirst ? call.deadlineNanos() : limit, () -> {
            if (callEndsFirst) {
                onContext(() ->
                        stop(ChainStoppedException.Reason.DEADLINE, nameOf(entry) + " had not ended when time was up"));
            } else {
                onContext(() -> timedOut(entry, awaited, begun));
            }
        });
        future.onComplete((_, _) -> onContext(() -> resume(entry, awaited, future, begun)));
    }

    private void timedOut(BoundEntry entry, int awaited, long begun) {
        if (isWaitingFor(awaited)) {
            EntryFailure failure = new EntryFailure(
                    ErrorCode.POLICY_TIMEOUT,
                    "no answer within " + entry.timeout().toMillis() + " ms");
            goOn(fail(entry, failure, begun, null));
        }
    }

    private void resume(BoundEntry entry, int awaited, Future<O> future, long begun) {
        if (isWaitingFor(awaited)) {
            goOn(settle(entry, future, begun));
        }
    }

    private void goOn(boolean further) {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
        if (further) {
            advance();
        } else {
            finish();
        }
    }

    /** False for an answer that comes after the entry timed out or the run ended: it is ignored. */
    private boolean isWaitingFor(int awaited) {
        return !over && index == awaited;
    }

    /** Takes the answer; returns whether the chain goes on. */
    private boolean settle(BoundEntry entry, @Nullable Future<O> answered, long begun) {
        if (answered == null) {
            return fail(entry, NO_FUTURE, begun, null);
        }
        Throwable cause = answered.cause();
        if (cause != null) {
            if (cause instanceof VirtualMachineError fatal && !(fatal instanceof StackOverflowError)) {
                throw fatal;
            }
            return fail(entry, failureOf(cause), begun, cause);
        }
        O outcome = answered.result();
        if (outcome == null) {
            return fail(entry, NO_OUTCOME, begun, null);
        }
        boolean last;
        C next = context;
        try {
            EntryFailure illegal = steps.check(outcome, context, executor.limits());
            Metadata metadata = steps.metadata(context);
            if (illegal == null && steps.changesMetadata(outcome)) {
                metadata = steps.metadataAfter(outcome, context);
                illegal = checkState(metadata);
            }
            if (illegal != null) {
                return fail(entry, illegal, begun, null);
            }
            last = steps.ends(outcome) || index + 1 == end;
            if (!last && !steps.instructions(outcome).isEmpty()) {
                next = steps.after(outcome, metadata, context);
            }
        } catch (RuntimeException broken) {
            // An outcome that holds null, or a list that throws.
            return fail(entry, failureOf(broken), begun, broken);
        }
        note(entry, new EntryResult.Completed<>(outcome), begun, null);
        context = next;
        return !last;
    }

    private @Nullable EntryFailure checkState(Metadata metadata) {
        int size = metadata.size();
        long limit = executor.limits().maxStateSize();
        return size <= limit
                ? null
                : new EntryFailure(
                        ErrorCode.STATE_TOO_LARGE, "metadata of " + size + " chars, at most " + limit + " are allowed");
    }

    /** Records a failure; returns whether the chain goes on. */
    private boolean fail(BoundEntry entry, EntryFailure failure, long begun, @Nullable Throwable cause) {
        note(entry, new EntryResult.Failed<>(failure), begun, cause);
        return switch (entry.onFailure()) {
            case DENY, SKIP_REMAINING -> false;
            case CONTINUE -> true;
        };
    }

    private void note(BoundEntry entry, EntryResult<O> result, long begun, @Nullable Throwable cause) {
        results.add(result);
        index++;
        entry.observer().ended(call, result, executor.ticker().nanoTime() - begun, cause);
    }

    private void finish() {
        over = true;
        if (promise != null) {
            promise.complete(new SegmentResult<>(results));
        }
    }

    private void stop(ChainStoppedException.Reason reason, String message) {
        if (over) {
            return;
        }
        over = true;
        stop = new ChainStoppedException(reason, message);
        if (deadline != null) {
            deadline.cancel();
        }
        if (promise != null) {
            promise.fail(stop);
        }
    }

    private void onContext(Runnable action) {
        ContextInternal own = Objects.requireNonNull(vertxContext);
        if (own.equals(ContextInternal.current())) {
            action.run();
        } else {
            own.emit(action, Runnable::run);
        }
    }

    private static EntryFailure failureOf(Throwable cause) {
        return cause instanceof PolicyException expected && expected.code().category() == ErrorCode.Category.POLICY
                ? new EntryFailure(expected.code(), String.valueOf(expected.getMessage()))
                // The message of any other exception may quote what it choked on.
                : new EntryFailure(
                        ErrorCode.POLICY_ERROR,
                        "the policy failed with " + cause.getClass().getName());
    }

    private static String nameOf(BoundEntry entry) {
        return entry.name() + " (" + entry.policyName() + ")";
    }
}
