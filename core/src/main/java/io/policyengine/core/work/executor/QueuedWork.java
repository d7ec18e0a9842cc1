package io.policyengine.core.work.executor;

import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Task;
import io.policyengine.core.work.Work;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A piece of work that is waiting, running, or finished. */
final class QueuedWork<T> implements StopSignal, WaitingLine.Waiting {
    private final Work work;
    private final Task<T> task;
    private final @Nullable Context caller;
    private final Promise<T> promise = Promise.promise();
    private final long since;
    private final long until;
    private final boolean goesOn;
    private volatile boolean stopped;

    /**
     * The number of pieces that began while this piece was first in its lane and waited for memory. Changed only in the
     * executor's steps.
     */
    private int passed;

    /**
     * Creates a waiting piece.
     *
     * @param caller the context on which the future completes; null for any thread
     * @param until the time by which it must begin
     * @param goesOn whether earlier work of the same call is done
     */
    QueuedWork(Work work, Task<T> task, @Nullable Context caller, long since, long until, boolean goesOn) {
        this.work = work;
        this.task = task;
        this.caller = caller;
        this.since = since;
        this.until = until;
        this.goesOn = goesOn;
    }

    Work work() {
        return work;
    }

    boolean goesOn() {
        return goesOn;
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public long until() {
        return until;
    }

    Future<T> future() {
        return promise.future();
    }

    void stop() {
        stopped = true;
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    int passed() {
        return passed;
    }

    void passBy() {
        passed++;
    }

    /** Runs the work and returns an action that reports its outcome. */
    Runnable runBlocking() {
        try {
            check();
            T result = task.runBlocking(this);
            return () -> complete(() -> promise.complete(result));
        } catch (Throwable thrown) {
            return () -> fail(thrown);
        }
    }

    void fail(Throwable failure) {
        complete(() -> promise.fail(failure));
    }

    private void complete(Runnable completion) {
        if (caller == null) {
            completion.run();
            return;
        }
        try {
            caller.runOnContext(_ -> completion.run());
        } catch (RejectedExecutionException over) {
            // The event loop is closed: the outcome has no recipient.
            stop();
        }
    }
}
