package io.policyengine.core.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps one after another in the order of their submission; a failed step does not affect later ones. The queue
 * itself is unbounded: the owner of each queue must bound the number of waiting steps and document how. Confined to one
 * event loop.
 */
public final class SerialQueue {
    private final Queue<Waiting<?>> waiting = new ArrayDeque<>(1);
    private boolean isBusy;
    private boolean isBeginning;

    /**
     * A step that has not begun.
     *
     * @param done completed with the result of the step
     */
    private record Waiting<T>(Supplier<Future<T>> step, Promise<T> done) {
        /**
         * Begins the step. A step that throws or returns null counts as failed, so that later steps do not wait
         * forever.
         */
        Future<T> begin() {
            try {
                return Objects.requireNonNull(step.get(), "a step without a future");
            } catch (Throwable thrown) {
                return Future.failedFuture(thrown);
            }
        }
    }

    /**
     * Runs a step after all earlier ones.
     *
     * @param step begins the work; called immediately if the queue is idle
     * @return the result of the step, completed before the next step begins; fails if the step fails or throws
     */
    public <T> Future<T> run(Supplier<Future<T>> step) {
        Promise<T> done = Promise.promise();
        waiting.add(new Waiting<>(step, done));
        runWaiting();
        return done.future();
    }

    /** Returns whether no step is running or waiting. */
    public boolean isIdle() {
        return !isBusy;
    }

    /** Runs waiting steps in a loop. With recursion, steps that complete immediately would nest. */
    private void runWaiting() {
        if (isBeginning) {
            return;
        }
        isBeginning = true;
        try {
            for (Waiting<?> next = next(); next != null; next = next()) {
                begin(next);
            }
        } finally {
            isBeginning = false;
        }
    }

    private @Nullable Waiting<?> next() {
        return isBusy ? null : waiting.poll();
    }

    private <T> void begin(Waiting<T> next) {
        isBusy = true;
        next.begin().onComplete(result -> {
            isBusy = false;
            try {
                next.done().handle(result);
            } finally {
                runWaiting();
            }
        });
    }
}
