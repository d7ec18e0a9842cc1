package io.policyengine.core.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps one after another in the order of their submission, regardless of failures. It holds the running step and
 * the waiting ones. It has no bound of its own: each creator states what bounds the waiting steps. Confined to one
 * event loop.
 */
public final class SerialQueue {
    private final Queue<Waiting<?>> waiting = new ArrayDeque<>(1);
    private boolean isBusy;
    private boolean isBeginning;

    /**
     * A step that has not begun.
     *
     * @param done completed with its result
     */
    private record Waiting<T>(Supplier<Future<T>> step, Promise<T> done) {
        /** Begins the step. A step that throws or returns no future fails, so that later steps never wait forever. */
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
     * @param step begins the work; called at once if the queue is idle
     * @return its result, completed before the next step begins; fails as the step fails or throws
     */
    public <T> Future<T> run(Supplier<Future<T>> step) {
        Promise<T> done = Promise.promise();
        waiting.add(new Waiting<>(step, done));
        runWaiting();
        return done.future();
    }

    /** True if no step is running or waiting. */
    public boolean isIdle() {
        return !isBusy;
    }

    /** Loops instead of recursing, since steps that end at once would nest. */
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
