package io.policyengine.kernel.worker.call;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.overload.CallEnd;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.overload.CallOrigin;
import io.policyengine.kernel.overload.ReplicaLimit;
import io.policyengine.kernel.overload.ReplicaLimits;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls workers from one event loop. {@link ReplicaChoice} selects the replica, a link of the event loop sends the
 * call, and {@link Retries} repeats it if it fails.
 */
public final class WorkerCalls {
    private final ReplicaChoice choice = new ReplicaChoice();
    private final Bulkheads bulkheads;
    private final Retries retries;
    private final Ticker ticker;
    private final RandomGenerator random;
    private @Nullable WorkerLink[] links = new WorkerLink[4];
    /** The replica of each link, by the replica's index. An index is reused after its replica was removed. */
    private @Nullable Replica[] linked = new Replica[4];
    /** The limits of each link's calls. */
    private @Nullable ReplicaLimits[] limits = new ReplicaLimits[4];

    /**
     * Creates the worker calls of the current event loop.
     *
     * @param random of the event loop
     * @param loops the current number of event loops that call workers
     */
    public WorkerCalls(Vertx vertx, Ticker ticker, RandomGenerator random, IntSupplier loops) {
        this.ticker = ticker;
        this.random = random;
        this.bulkheads = new Bulkheads(loops);
        this.retries = new Retries(vertx, ticker, new LaterAttempts());
    }

    /** Runs a chain in its worker. Fails with {@link WorkerException}. */
    public <T> Future<T> call(
            WorkerChain chain,
            ExchangeReplicas exchange,
            CallKind kind,
            Call call,
            Function<WorkerLink, Future<T>> invocation) {
        return call(new WorkerCall<>(chain, exchange, kind, false, call, (link, _) -> invocation.apply(link)));
    }

    /** Runs a chain in its worker for a streamed body. Each chunk also counts as a call. Fails like {@link #call}. */
    public <O> Future<OpenSegment<O>> open(
            WorkerChain chain, ExchangeReplicas exchange, Call call, SegmentCall<O> opening) {
        CallOrigin caller = exchange.caller(chain.worker());
        return call(new WorkerCall<>(
                chain,
                exchange,
                CallKind.of(opening),
                true,
                call,
                (link, limit) -> link.open(opening).map(opened -> {
                    ChunkStream chunks = opened.chunks();
                    return chunks == null
                            ? opened
                            : new OpenSegment<>(
                                    opened.result(),
                                    new CountedChunks(chunks, bulkheads, chain, caller.goingOn(), limit, call));
                })));
    }

    private <T> Future<T> call(WorkerCall<T> call) {
        WorkerChain chain = call.chain();
        Replica replica = choice.choose(chain, call.exchange(), null);
        if (replica == null) {
            return Future.failedFuture(unreachable(chain.worker()));
        }
        WorkerException refusal = bulkheads.refusal(chain, call.exchange().route());
        if (refusal != null) {
            return Future.failedFuture(refusal);
        }
        if (!Retries.mayFollow(chain)) {
            return invoke(call, replica);
        }
        long lastAttempt = retries.lastAttempt(call.call());
        Future<T> answer = invoke(call, replica);
        return answer.succeeded()
                ? answer
                : answer.recover(failure -> retries.after(failure, call, replica, 1, lastAttempt));
    }

    private <T> Future<T> invoke(WorkerCall<T> call, Replica replica) {
        WorkerChain chain = call.chain();
        ExchangeReplicas exchange = call.exchange();
        Worker worker = chain.worker();
        WorkerLink link = link(replica);
        ReplicaLimits limits = Objects.requireNonNull(this.limits[replica.index()]);
        if (worker.limits().adaptive()
                && !limits.admits(
                        call.kind(),
                        call.opensBody(),
                        exchange.caller(worker),
                        worker.timeout().toNanos())) {
            return Future.failedFuture(tooBusy(worker, replica));
        }
        exchange.visited(worker, replica, call.call());
        Future<T> answer = call.invocation().send(link, limits.of(CallKind.CHUNK));
        if (answer.isComplete()) {
            if (answer.succeeded()) {
                exchange.answered(worker);
            }
        } else {
            ReplicaLimit limit = limits.of(call.kind());
            ReplicaLimit.Begun begun = limit.began();
            worker.began();
            choice.began(replica);
            bulkheads.began(worker, exchange.route());
            answer.onComplete((_, failure) -> {
                if (failure == null) {
                    exchange.answered(worker);
                }
                worker.ended();
                choice.ended(replica);
                bulkheads.ended(worker, exchange.route());
                limit.ended(begun, chain.id(), CallEnd.of(failure, call.call()));
                if (isTimeout(failure) && !call.call().cancellation().isCancelled()) {
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
     * Reports the end of an exchange to a replica that was called. Does nothing if the replica was removed, because
     * another replica may then use its index and link.
     */
    void exchangeEnded(Replica replica, ExchangeEnd end) {
        WorkerLink link = links[replica.index()];
        if (link != null && replica.equals(linked[replica.index()])) {
            link.exchangeEnded(end);
        }
    }

    private WorkerLink link(Replica replica) {
        if (replica.index() >= links.length) {
            links = Arrays.copyOf(links, replica.index() + 4);
            linked = Arrays.copyOf(linked, replica.index() + 4);
            limits = Arrays.copyOf(limits, replica.index() + 4);
        }
        WorkerLink link = links[replica.index()];
        if (link == null || !replica.equals(linked[replica.index()])) {
            link = replica.connector().link();
            links[replica.index()] = link;
            linked[replica.index()] = replica;
            ReplicaLimits own = new ReplicaLimits(ticker, random);
            limits[replica.index()] = own;
            replica.load().add(own);
        }
        return link;
    }

    private static WorkerException tooBusy(Worker worker, Replica replica) {
        return new WorkerException(
                WorkerException.Kind.OVERLOADED,
                "calls wait too long at replica " + replica.address() + " of worker '" + worker.name()
                        + "', see workers[].adaptive");
    }

    private static WorkerException unreachable(Worker worker) {
        return new WorkerException(
                WorkerException.Kind.UNREACHABLE, "no replica of worker '" + worker.name() + "' can be called");
    }

    private final class LaterAttempts implements Retries.Attempts {
        @Override
        public @Nullable Replica choose(WorkerChain chain, ExchangeReplicas exchange, @Nullable Replica tried) {
            return choice.choose(chain, exchange, tried);
        }

        @Override
        public <T> Future<T> invoke(WorkerCall<T> call, Replica replica) {
            return WorkerCalls.this.invoke(call, replica);
        }
    }
}
