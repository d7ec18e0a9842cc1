package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.Faults;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.EntryTime;
import io.policyengine.core.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls a function for each entry, one entry after another. As long as the functions complete immediately, a run is a
 * plain loop. Only a pending future needs a timer and a callback, on the original context. Confined to one event loop.
 *
 * <p>If the time of the run is up, the current entry fails, and its rule for failures decides whether the run
 * continues. If an entry began with less than its {@link EntryTime#promised promised time}, its failure ends the run.
 * @param <R> the result of the run
 */
abstract class EntryRun<R> {
    private final ChainLoop loop;
    private final Call call;
    private final long deadlineNanos;
    private final boolean isCutShort;

    private long started;

    private long begun;

    /** The number of the current function call. A result of a call with another number is late. */
    private int turn;

    private boolean over;
    private @Nullable R result;

    private @Nullable ChainStoppedException stop;

    // Set when the first future is pending.
    private @Nullable Context vertxContext;
    private @Nullable Promise<R> promise;
    private DeadlineWheel.@Nullable Deadline deadline;

    /**
     * Creates a run before its first entry.
     *
     * @param isCutShort whether the run has less than its promised time; then each entry has less, too
     */
    EntryRun(ChainLoop loop, Call call, long deadlineNanos, boolean isCutShort) {
        this.loop = loop;
        this.call = call;
        this.deadlineNanos = deadlineNanos;
        this.isCutShort = isCutShort;
    }

    abstract @Nullable BoundEntry current();

    /**
     * Returns whether the current entry was already called for the message. Its time limit then counts from that call.
     */
    abstract boolean isResumed();

    /** Calls the entry's function. May throw the exceptions of the policy. */
    abstract @Nullable Future<?> invoke(BoundEntry entry);

    /** Processes a result and returns whether the run continues. If this method throws, the entry has failed. */
    abstract boolean take(BoundEntry entry, Object answer);

    /** Returns the cancellation of the current entry; null if its policy has not been called. */
    abstract @Nullable Cancellation own();

    /** Processes a failure and returns whether the run continues. */
    abstract boolean fail(BoundEntry entry, EntryFailure failure, @Nullable Throwable cause);

    /** Returns the result of the run. Called once, unless the run is stopped. */
    abstract R end();

    /** Releases all resources after a stop. Called once. */
    abstract void stopped();

    abstract void beforeWaiting();

    final Future<R> start() {
        advance();
        if (promise != null) {
            return promise.future();
        }
        R ended = result;
        return ended == null ? Future.failedFuture(Objects.requireNonNull(stop)) : Future.succeededFuture(ended);
    }

    final ChainLoop loop() {
        return loop;
    }

    final Call call() {
        return call;
    }

    /** Returns the nanoseconds from the start of the first entry to the start of the current one. */
    final long offset() {
        return begun - started;
    }

    final long nanos() {
        return loop.ticker().nanoTime() - begun;
    }

    /** Runs entries until the result of one is pending, or all have run. */
    private void advance() {
        // Not always null: a policy's function may complete the future that another run waits for.
        BoundEntry before = loop.running();
        try {
            runEntries();
        } finally {
            loop.hand(before);
        }
    }

    private void runEntries() {
        for (BoundEntry entry = current(); entry != null; entry = current()) {
            long now = loop.ticker().nanoTime();
            if (call.cancellation().isCancelled()) {
                cancel();
                return;
            }
            if (turn++ == 0) {
                started = now;
            }
            if (!isResumed()) {
                begun = now;
            }
            if (now - deadlineNanos >= 0) {
                if (fail(entry, isResumed() ? timeUp(entry) : EntryFailures.notBegun(entry), null)) {
                    continue;
                }
                break;
            }
            loop.hand(entry);
            Future<?> future;
            try {
                future = invoke(entry);
            } catch (Throwable thrown) {
                Faults.rethrowFatal(thrown);
                if (over) {
                    return;
                }
                if (failed(entry, thrown)) {
                    continue;
                }
                break;
            }
            if (over) {
                return;
            }
            if (future != null && !future.isComplete()) {
                await(entry, future);
                return;
            }
            if (!settle(entry, future)) {
                break;
            }
        }
        finish();
    }

    private void await(BoundEntry entry, Future<?> future) {
        if (promise == null) {
            Context current = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
            vertxContext = current;
            promise = Contexts.promise(current);
            beforeWaiting();
        }
        int awaited = turn;
        long limit = begun + entry.timeout().toNanos();
        long first = limit - deadlineNanos >= 0 ? deadlineNanos : limit;
        deadline = loop.deadlines().add(first, () -> onContext(() -> timedOut(entry, awaited)));
        future.onComplete((_, _) -> onContext(() -> resume(entry, awaited, future)));
    }

    private void timedOut(BoundEntry entry, int awaited) {
        if (!isWaitingFor(awaited)) {
            return;
        }
        // Its result is too late from now on.
        turn++;
        EntryFailure failure = timeUp(entry);
        Cancellation own = own();
        if (own != null) {
            own.cancel();
        }
        if (!over) {
            goOn(fail(entry, failure, null));
        }
    }

    /** Returns the failure of an entry that was called and has no time left. */
    private EntryFailure timeUp(BoundEntry entry) {
        EntryTime time = time(entry);
        if (time.isShort()) {
            return EntryFailures.shortOfTime("it had not ended", time);
        }
        Cancellation own = own();
        if (own != null && own.isWorking()) {
            return EntryFailures.workLate(time);
        }
        return own != null && own.isCutShort() ? EntryFailures.usedUp(time) : EntryFailures.timeout(time);
    }

    /** Records the failure of an entry with an exception, and returns whether the run continues. */
    private boolean failed(BoundEntry entry, Throwable cause) {
        EntryFailure failure = EntryFailures.of(cause);
        if (entry.after(failure) != OnFailure.DENY && time(entry).isShort()) {
            // More time might have prevented it.
            failure = EntryFailures.shortOfTime(failure.code() + ": " + failure.message(), time(entry));
        }
        return fail(entry, failure, cause);
    }

    /** Starts the measurement of the time that the current entry has for its dependencies. */
    final void begin(BoundEntry entry, @Nullable DependencyTime time) {
        if (time != null) {
            time.begin(begun, entry.timeout().toNanos(), started, deadlineNanos, isCutShort);
        }
    }

    private EntryTime time(BoundEntry entry) {
        return new EntryTime(entry.timeout().toNanos(), deadlineNanos - begun, deadlineNanos - started, isCutShort);
    }

    private void resume(BoundEntry entry, int awaited, Future<?> future) {
        if (!isWaitingFor(awaited)) {
            return;
        }
        if (call.cancellation().isCancelled()) {
            // The policy saw the cancellation first: its result is not its own failure.
            cancel();
            return;
        }
        BoundEntry before = loop.hand(entry);
        try {
            goOn(settle(entry, future));
        } finally {
            loop.hand(before);
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

    /**
     * Returns whether a result belongs to the current call. A result is ignored if the entry has timed out or the run
     * has ended.
     */
    private boolean isWaitingFor(int awaited) {
        return !over && turn == awaited;
    }

    private boolean settle(BoundEntry entry, @Nullable Future<?> answered) {
        if (answered == null) {
            return fail(entry, EntryFailures.NO_FUTURE, null);
        }
        Throwable cause = answered.cause();
        if (cause != null) {
            Faults.rethrowFatal(cause);
            return failed(entry, cause);
        }
        Object answer = answered.result();
        if (answer == null) {
            return fail(entry, EntryFailures.NO_OUTCOME, null);
        }
        try {
            return take(entry, answer);
        } catch (Throwable broken) {
            Faults.rethrowFatal(broken);
            // An outcome that holds null, a list that throws, or another fault of the policy.
            return failed(entry, broken);
        }
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        R ended = end();
        result = ended;
        if (promise != null) {
            promise.complete(ended);
        }
    }

    /** Stops the run because its result is no longer needed. */
    final void cancel() {
        if (over) {
            return;
        }
        over = true;
        ChainStoppedException why = new ChainStoppedException("the call was cancelled");
        stop = why;
        if (deadline != null) {
            deadline.cancel();
        }
        stopped();
        if (promise != null) {
            promise.fail(why);
        }
    }

    final void onContext(Runnable action) {
        Context own = Objects.requireNonNull(vertxContext);
        if (own.equals(Vertx.currentContext())) {
            action.run();
        } else {
            Contexts.emit(own, action, Runnable::run);
        }
    }
}
