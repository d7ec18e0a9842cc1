package io.policyengine.kernel.worker.call;

import io.policyengine.core.policy.Call;
import io.policyengine.core.time.PromisedTime;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a worker call that cannot have begun: at another replica at once, or at the same replica after a pause. The
 * worker's settings limit the attempts. No attempt begins after half of the call's time, because the entries of a
 * repeated call need time too. An attempt that begins with less than three quarters of the time has less than its
 * promised time. Confined to an event loop.
 */
final class Retries {
    private final Vertx vertx;
    private final Ticker ticker;
    private final Attempts attempts;

    interface Attempts {
        /**
         * Returns the replica for the next attempt, or null.
         *
         * @param tried the replica to avoid if possible, or null
         */
        @Nullable
        Replica choose(WorkerChain chain, ExchangeReplicas exchange, @Nullable Replica tried);

        <T> Future<T> invoke(WorkerCall<T> call, Replica replica);
    }

    Retries(Vertx vertx, Ticker ticker, Attempts attempts) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.attempts = attempts;
    }

    static boolean mayFollow(WorkerChain chain) {
        return chain.worker().maxAttempts() > 1 || chain.available().size() != 1;
    }

    /** Returns the time, on the ticker, after which no further attempt may begin, for a call that begins now. */
    long lastAttempt(Call call) {
        long now = ticker.nanoTime();
        return now + (call.deadlineNanos() - now) / 2;
    }

    /**
     * Returns the result of a call after a failed attempt: the result of a further attempt, or the failure.
     *
     * @param tried the replica of the failed attempt
     * @param made number of attempts so far
     * @param lastAttempt time after which no attempt begins, see {@link #lastAttempt}
     */
    <T> Future<T> after(Throwable failure, WorkerCall<T> call, Replica tried, int made, long lastAttempt) {
        Worker worker = call.chain().worker();
        if (!(failure instanceof WorkerException refused)
                || !refused.isSafeToRetry()
                || made >= limit(worker, refused)
                || call.call().cancellation().isCancelled()
                || ticker.nanoTime() - lastAttempt >= 0) {
            return Future.failedFuture(failure);
        }
        Replica other = attempts.choose(call.chain(), call.exchange(), tried);
        if (other != null) {
            return again(call, other, made, lastAttempt);
        }
        boolean inTime = ticker.nanoTime() + worker.backoff().toNanos() - lastAttempt < 0;
        if (refused.kind() != WorkerException.Kind.UNREACHABLE || made >= worker.maxAttempts() || !inTime) {
            return Future.failedFuture(failure);
        }
        return pause(worker).compose(_ -> {
            Replica same = attempts.choose(call.chain(), call.exchange(), null);
            return same == null
                    ? after(failure, call, tried, made + 1, lastAttempt)
                    : again(call, same, made, lastAttempt);
        });
    }

    /**
     * Returns the maximum number of attempts: two if a replica was overloaded, else the greater of two and the
     * configured number.
     */
    private static int limit(Worker worker, WorkerException refused) {
        return refused.kind() == WorkerException.Kind.OVERLOADED ? 2 : Math.max(2, worker.maxAttempts());
    }

    private <T> Future<T> again(WorkerCall<T> call, Replica replica, int made, long lastAttempt) {
        WorkerCall<T> attempt = isCutShort(call.call(), lastAttempt) ? call.cutShort() : call;
        return attempts.invoke(attempt, replica)
                .recover(failure -> after(failure, call, replica, made + 1, lastAttempt));
    }

    /** Returns whether an attempt that begins now has less than the promised part of the call's time. */
    private boolean isCutShort(Call call, long lastAttempt) {
        long whole = 2 * (call.deadlineNanos() - lastAttempt);
        return call.deadlineNanos() - ticker.nanoTime() < PromisedTime.of(whole, whole);
    }

    private Future<Void> pause(Worker worker) {
        Promise<Void> over = Promise.promise();
        vertx.setTimer(Math.max(1, worker.backoff().toMillis()), _ -> over.complete());
        return over.future();
    }
}
