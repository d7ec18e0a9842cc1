package io.policyengine.kernel.worker;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls workers from one event loop: chooses the replica by the worker's affinity, else the one with the fewest calls in flight, and
 * tries again where the call cannot have begun.
 */
public final class WorkerCalls {
    private final Vertx vertx;
    private final Ticker ticker;
    private @Nullable WorkerLink[] links = new WorkerLink[4];
    /** Whose links they are: a place is given again when its replica is gone. */
    private @Nullable Replica[] linked = new Replica[4];

    private int[] inFlight = new int[4];

    /** The calls of the current event loop. */
    public WorkerCalls(Vertx vertx, Ticker ticker) {
        this.vertx = vertx;
        this.ticker = ticker;
    }

    /** Makes a call; fails with {@link WorkerException}. */
    public <T> Future<T> call(
            Worker worker, ExchangeReplicas exchange, Call call, Function<WorkerLink, Future<T>> invocation) {
        Replica replica = choose(worker, exchange, null);
        if (replica == null) {
            return Future.failedFuture(unreachable(worker));
        }
        Future<T> answer = invoke(worker, exchange, call, replica, invocation);
        if (answer.succeeded()) {
            return answer;
        }
        if (worker.maxAttempts() == 1 && worker.available().size() == 1) {
            return answer;
        }
        return answer.recover(failure -> retry(worker, exchange, call, invocation, replica, failure, 1));
    }

    private <T> Future<T> retry(
            Worker worker,
            ExchangeReplicas exchange,
            Call call,
            Function<WorkerLink, Future<T>> invocation,
            Replica tried,
            Throwable failure,
            int attempts) {
        if (!(failure instanceof WorkerException refused)
                || !refused.isSafeToRetry()
                || attempts >= attemptLimit(worker, refused)
                || call.cancellation().isCancelled()) {
            return Future.failedFuture(failure);
        }
        Replica other = choose(worker, exchange, tried);
        if (other != null) {
            return again(worker, exchange, call, invocation, other, attempts);
        }
        boolean inTime = ticker.nanoTime() + worker.backoff().toNanos() < call.deadlineNanos();
        if (refused.kind() != WorkerException.Kind.UNREACHABLE || attempts >= worker.maxAttempts() || !inTime) {
            return Future.failedFuture(failure);
        }
        return pause(worker).compose(_ -> {
            Replica same = choose(worker, exchange, null);
            return same == null
                    ? retry(worker, exchange, call, invocation, tried, failure, attempts + 1)
                    : again(worker, exchange, call, invocation, same, attempts);
        });
    }

    /** An overloaded replica is passed over once for another; a connection may be tried as often as is configured. */
    private static int attemptLimit(Worker worker, WorkerException refused) {
        return refused.kind() == WorkerException.Kind.OVERLOADED ? 2 : Math.max(2, worker.maxAttempts());
    }

    private <T> Future<T> again(
            Worker worker,
            ExchangeReplicas exchange,
            Call call,
            Function<WorkerLink, Future<T>> invocation,
            Replica replica,
            int attempts) {
        return invoke(worker, exchange, call, replica, invocation)
                .recover(failure -> retry(worker, exchange, call, invocation, replica, failure, attempts + 1));
    }

    private Future<Void> pause(Worker worker) {
        Promise<Void> over = Promise.promise();
        vertx.setTimer(Math.max(1, worker.backoff().toMillis()), _ -> over.complete());
        return over.future();
    }

    private <T> Future<T> invoke(
            Worker worker,
            ExchangeReplicas exchange,
            Call call,
            Replica replica,
            Function<WorkerLink, Future<T>> invocation) {
        ensureRoom(replica.index());
        exchange.visited(worker, replica);
        Future<T> answer = invocation.apply(link(replica));
        if (!answer.isComplete()) {
            inFlight[replica.index()]++;
            answer.onComplete((_, failure) -> {
                inFlight[replica.index()]--;
                if (isTimeout(failure) && !call.cancellation().isCancelled()) {
                    worker.doubt(replica);
                }
            });
        }
        return answer;
    }

    private static boolean isTimeout(@Nullable Throwable failure) {
        return failure instanceof WorkerException call && call.kind() == WorkerException.Kind.TIMEOUT;
    }

    /**
     * The replica for a call.
     *
     * @param tried the one that has just been tried; with an affinity the next in the key's order follows
     */
    private @Nullable Replica choose(Worker worker, ExchangeReplicas exchange, @Nullable Replica tried) {
        Replica kept = tried == null ? exchange.keptOf(worker) : null;
        if (kept != null) {
            return kept;
        }
        String key = exchange.key(worker);
        return key == null ? leastBusy(worker, tried) : bestFor(key, worker, tried);
    }

    private static @Nullable Replica bestFor(String key, Worker worker, @Nullable Replica tried) {
        long limit = tried == null ? Long.MAX_VALUE : tried.score(key);
        List<Replica> replicas = worker.available();
        Replica best = null;
        for (int i = 0; i < replicas.size(); i++) {
            Replica replica = replicas.get(i);
            long score = replica.score(key);
            if (score < limit && (best == null || score > best.score(key))) {
                best = replica;
            }
        }
        return best;
    }

    private @Nullable Replica leastBusy(Worker worker, @Nullable Replica except) {
        List<Replica> replicas = worker.available();
        Replica best = null;
        for (int i = 0; i < replicas.size(); i++) {
            Replica replica = replicas.get(i);
            ensureRoom(replica.index());
            if (!replica.equals(except) && (best == null || inFlight[replica.index()] < inFlight[best.index()])) {
                best = replica;
            }
        }
        return best;
    }

    /** Tells a replica that was called. One that is gone is told nothing: another may have its place, and its link. */
    void exchangeEnded(Replica replica, ExchangeEnd end) {
        WorkerLink link = links[replica.index()];
        if (link != null && replica.equals(linked[replica.index()])) {
            link.exchangeEnded(end);
        }
    }

    private WorkerLink link(Replica replica) {
        WorkerLink link = links[replica.index()];
        if (link == null || !replica.equals(linked[replica.index()])) {
            link = replica.connector().link();
            links[replica.index()] = link;
            linked[replica.index()] = replica;
        }
        return link;
    }

    private void ensureRoom(int index) {
        if (index >= links.length) {
            links = Arrays.copyOf(links, index + 4);
            linked = Arrays.copyOf(linked, index + 4);
            inFlight = Arrays.copyOf(inFlight, index + 4);
        }
    }

    private static WorkerException unreachable(Worker worker) {
        return new WorkerException(
                WorkerException.Kind.UNREACHABLE, "no replica of worker '" + worker.name() + "' can be called");
    }
}
