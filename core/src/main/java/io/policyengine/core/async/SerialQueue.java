package io.policyengine.core.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Steps that run one after another in the order in which they were asked for, whatever becomes of each. It holds the step that runs and
 * those that wait, and nothing of those that are over; it has no bound of its own, so whoever makes one says beside it what bounds the
 * steps that wait. Belongs to one event loop.
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
        /** Begins; one that throws whatever it be, or gives no future, has failed: the steps after it must not wait for ever. */
        Future<T> begin() {
            try {
                return Objects.requireNonNull(step.get(), "a step without a future");
            } catch (Throwable thrown) {
                return Future.failedFuture(thrown);
            }
        }
    }

    /**
     * Runs a step when all that were asked for before are over.
     *
     * @param step begins the work; at once, where nothing else is under way
     * @return its result, told before the next step begins; fails with what the step fails with, or throws
     */
    public <T> Future<T> run(Supplier<Future<T>> step) {
        Promise<T> done = Promise.promise();
        waiting.add(new Waiting<>(step, done));
        runWaiting();
        return done.future();
    }

    /** True if no step is under way, and so none waits. */
    public boolean isIdle() {
        return !isBusy;
    }

    /** A loop, since steps that end at once would otherwise nest, each within the one before. */
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
