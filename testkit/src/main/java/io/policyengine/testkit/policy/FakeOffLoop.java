package io.policyengine.testkit.policy;

import io.policyengine.core.policy.Call;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.StoppedException;
import io.policyengine.core.work.Task;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Runs the work of a {@link FakeEnvironment} that belongs off the event loop, at once on the caller's thread. */
final class FakeOffLoop {
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    private final Queue<Work> declared = new ConcurrentLinkedQueue<>();
    private boolean holding;
    private @Nullable RuntimeException failure;

    /** Delays work until {@link #runHeld}. */
    void hold() {
        holding = true;
    }

    /** Runs the delayed work in order. Later work is not delayed any more. */
    void runHeld() {
        holding = false;
        for (Runnable work = held.poll(); work != null; work = held.poll()) {
            work.run();
        }
    }

    /** Makes work fail from now on. */
    void fail(RuntimeException with) {
        failure = with;
    }

    /** Returns the declared work of all tasks, oldest first. */
    List<Work> declared() {
        return List.copyOf(declared);
    }

    <T> Future<T> run(Call call, Work work, Task<T> task) {
        declared.add(work);
        if (call.cancellation().isCancelled()) {
            return Future.failedFuture(new StoppedException());
        }
        if (failure != null) {
            return Future.failedFuture(failure);
        }
        Promise<T> promise = Promise.promise();
        Runnable run = () -> {
            try {
                StopSignal stop = call.cancellation()::isCancelled;
                stop.check();
                promise.complete(task.runBlocking(stop));
            } catch (Exception failed) {
                promise.fail(failed);
            }
        };
        if (holding) {
            held.add(run);
        } else {
            run.run();
        }
        return promise.future();
    }
}
