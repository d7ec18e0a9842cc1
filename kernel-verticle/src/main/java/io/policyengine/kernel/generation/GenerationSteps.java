package io.policyengine.kernel.generation;

import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.error.Faults;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Runs steps one after another. An urgent step runs before all waiting ordinary steps. Confined to one event loop. */
final class GenerationSteps {
    private final Deque<Promise<Void>> urgent = new ArrayDeque<>();
    private final Deque<Promise<Void>> waiting = new ArrayDeque<>();
    private boolean isTaken;
    /** The ordinary steps: changes of replicas, expiry of overrides and generations, and requests of operators. */
    private final SerialQueue steps = new SerialQueue();

    /** Runs a step after all earlier steps, even if earlier steps fail. */
    <T> Future<T> take(Supplier<Future<T>> step) {
        return steps.run(() -> alone(waiting, step));
    }

    /** Runs an urgent step as soon as no other step is running. */
    <T> Future<T> takeAtOnce(Supplier<Future<T>> step) {
        return alone(urgent, step);
    }

    /** Runs a part of an ordinary step, and meanwhile lets urgent steps run. The ordinary step continues after them. */
    <T> Future<T> apart(Supplier<Future<T>> others) {
        Future<T> waited = begun(others);
        leave();
        return waited.transform(result -> enter(waiting)
                .compose(_ -> result.succeeded()
                        ? Future.succeededFuture(result.result())
                        : Future.failedFuture(result.cause())));
    }

    private <T> Future<T> alone(Deque<Promise<Void>> queue, Supplier<Future<T>> step) {
        return enter(queue).compose(_ -> begun(step).onComplete(_ -> leave()));
    }

    private static <T> Future<T> begun(Supplier<Future<T>> step) {
        try {
            return step.get();
        } catch (Throwable bug) {
            Faults.rethrowFatal(bug);
            return Future.failedFuture(bug);
        }
    }

    private Future<Void> enter(Deque<Promise<Void>> queue) {
        if (!isTaken) {
            isTaken = true;
            return Future.succeededFuture();
        }
        Promise<Void> turn = Promise.promise();
        queue.add(turn);
        return turn.future();
    }

    private void leave() {
        Promise<Void> next = urgent.isEmpty() ? waiting.poll() : urgent.poll();
        if (next == null) {
            isTaken = false;
        } else {
            next.complete();
        }
    }
}
