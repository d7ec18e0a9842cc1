package io.policyengine.worker;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.chain.run.ChainExecutor;
import io.policyengine.core.chain.run.ChainStoppedException;
import io.policyengine.core.chain.run.OpenChain;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs chains on the event loop that created the link. A call with the end index 0 runs all entries from its first
 * entry on. The end of an exchange must be reported on each link that carried its calls; see {@link #branch}.
 */
public final class LocalLink implements WorkerLink {
    private final LocalWorker worker;
    private final ChainExecutor executor;
    private final OpenExchanges exchanges;
    private final Thread thread = Thread.currentThread();

    LocalLink(Vertx vertx, LocalWorker worker) {
        this(
                worker,
                new ChainExecutor(
                        DeadlineWheel.on(vertx, worker.ticker()),
                        worker.ticker(),
                        worker.options().limits()),
                new OpenExchanges());
    }

    private LocalLink(LocalWorker worker, ChainExecutor executor, OpenExchanges exchanges) {
        this.worker = worker;
        this.executor = executor;
        this.exchanges = exchanges;
    }

    /**
     * Creates another link to the same event loop, which can be {@link #close closed} separately. The calls of one
     * exchange may arrive on several links.
     */
    public LocalLink branch() {
        return new LocalLink(worker, executor, exchanges);
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        exchanges.ended(this, end);
    }

    /**
     * Closes this link. Exchanges that are open on no other link end: as aborted, unless another link has reported
     * their end.
     */
    public void close() {
        exchanges.gone(this);
    }

    /** Returns a callback for entries that begin to run. It registers those that await the end of the exchange. */
    private IntConsumer begun(BoundChain chain, Call call) {
        if (!chain.wantsEnd()) {
            return _ -> {};
        }
        return index -> {
            if (chain.wantsEnd(index)) {
                exchanges.begun(call.exchangeId(), this, chain, index);
            }
        };
    }

    @Override
    public <O> Future<SegmentResult<O>> execute(SegmentCall<O> call) {
        return onPrepared(call, chain -> run(chain, call));
    }

    @Override
    public <O> Future<OpenSegment<O>> open(SegmentCall<O> call) {
        return onPrepared(call, chain -> open(chain, call));
    }

    /** Binds the chain for this call only and runs it. */
    public <O> Future<SegmentResult<O>> executeOnce(ChainSpec spec, SegmentCall<O> call) {
        return onBoundOnce(spec, call, chain -> run(chain, call));
    }

    @SuppressWarnings("unchecked") // the executor's outcomes of a phase are those of the call
    private <O> Future<SegmentResult<O>> run(BoundChain chain, SegmentCall<O> called) {
        int first = called.firstEntry();
        int end = endOf(chain, called);
        IntConsumer begun = begun(chain, called.call());
        return (Future<SegmentResult<O>>) (Future<?>)
                switch (called) {
                    case RequestCall call -> executor.executeRequest(chain.entries(), first, end, seen(call), begun);
                    case ResponseCall call -> executor.executeResponse(chain.entries(), first, end, seen(call), begun);
                    case TrailersCall call ->
                        executor.executeTrailers(call.phase(), chain.entries(), first, end, seen(call), begun);
                };
    }

    @SuppressWarnings("unchecked") // the executor's outcomes of a phase are those of the call
    private <O> Future<OpenSegment<O>> open(BoundChain chain, SegmentCall<O> called) {
        int first = called.firstEntry();
        int end = endOf(chain, called);
        IntConsumer begun = begun(chain, called.call());
        return opened(chain, (Future<OpenChain<O>>) (Future<?>)
                switch (called) {
                    case RequestCall call -> executor.openRequest(chain.entries(), first, end, seen(call), begun);
                    case ResponseCall call -> executor.openResponse(chain.entries(), first, end, seen(call), begun);
                    case TrailersCall call ->
                        executor.executeTrailers(call.phase(), chain.entries(), first, end, seen(call), begun)
                                .map(result -> new OpenChain<>(result, null));
                });
    }

    private <O> Future<OpenSegment<O>> opened(BoundChain chain, Future<OpenChain<O>> open) {
        return open.map(ran -> new OpenSegment<>(
                ran.result(), ran.chunks() == null ? null : new LocalChunkStream(worker, chain, ran.chunks())));
    }

    private RequestContext seen(RequestCall call) {
        worker.metrics().seen(call.request().headers(), call.request().body(), call.metadata());
        return new RequestContext(call.request(), call.metadata(), call.call(), call.envoy());
    }

    private ResponseContext seen(ResponseCall call) {
        worker.metrics().seen(call.response().headers(), call.response().body(), call.metadata());
        return new ResponseContext(
                call.response(), call.request(), call.originalRequest(), call.metadata(), call.call(), call.envoy());
    }

    private TrailersContext seen(TrailersCall call) {
        worker.metrics().seen(call.context().trailers(), null, call.metadata());
        return call.context();
    }

    /** Returns the policy that a call of this link is running on the given thread, or null. */
    @Nullable
    RunningPolicy runningOn(Thread asked) {
        BoundEntry entry = thread.equals(asked) ? executor.running() : null;
        return entry == null
                ? null
                : entry.observer() instanceof EntryReporter reporter
                        ? reporter.asRunning()
                        : new RunningPolicy(entry.policyName(), null);
    }

    private <T> Future<T> onPrepared(SegmentCall<?> call, Function<BoundChain, Future<T>> run) {
        if (!worker.begin()) {
            return Future.failedFuture(worker.overloaded());
        }
        BoundChain chain = worker.chains().enter(call.chainId());
        if (chain == null) {
            worker.end();
            return Future.failedFuture(new WorkerException(
                    Kind.UNKNOWN_CHAIN, "chain " + call.chainId() + " is not prepared, or not callable"));
        }
        if (chain.wantsEnd() && exchanges.isFull()) {
            leave(chain);
            return Future.failedFuture(
                    new WorkerException(Kind.OVERLOADED, "entries await the ends of too many open" + " exchanges"));
        }
        return runAndLeave(chain, call, run);
    }

    private <T> Future<T> onBoundOnce(ChainSpec spec, SegmentCall<?> call, Function<BoundChain, Future<T>> run) {
        if (!worker.begin()) {
            return Future.failedFuture(worker.overloaded());
        }
        return worker.chains().bindOnce(spec).onFailure(_ -> worker.end()).compose(chain -> {
            if (chain.isCallable()) {
                return runAndLeave(chain, call, run);
            }
            worker.end();
            return Future.failedFuture(
                    new WorkerException(Kind.UNKNOWN_CHAIN, "the chain cannot be called: " + chain.prepared()));
        });
    }

    private <T> Future<T> runAndLeave(BoundChain chain, SegmentCall<?> call, Function<BoundChain, Future<T>> run) {
        WorkerException mismatch = mismatch(chain, call);
        if (mismatch != null) {
            leave(chain);
            return Future.failedFuture(mismatch);
        }
        Future<T> future;
        boolean returned = false;
        try {
            future = run.apply(chain);
            returned = true;
        } finally {
            if (!returned) {
                leave(chain);
            }
        }
        if (future.succeeded()) {
            leave(chain);
            return future;
        }
        return future.onComplete(_ -> leave(chain)).recover(LocalLink::translated);
    }

    private void leave(BoundChain chain) {
        chain.leave();
        worker.end();
    }

    private static int endOf(BoundChain chain, SegmentCall<?> call) {
        return call.endEntry() == 0 ? chain.entries().size() : call.endEntry();
    }

    private static @Nullable WorkerException mismatch(BoundChain chain, SegmentCall<?> call) {
        int first = call.firstEntry();
        int end = endOf(chain, call);
        if (chain.spec().phase() != call.phase()) {
            return new WorkerException(
                    Kind.INTERNAL, "chain " + chain.spec().id() + " is not a chain of the call's" + " phase");
        }
        return first < 0 || first >= end || end > chain.entries().size()
                ? new WorkerException(
                        Kind.INTERNAL, "chain " + chain.spec().id() + " has no entries " + first + " to " + end)
                : null;
    }

    /** Converts the failure of a stopped run of a chain to the failure of the call. */
    static <T> Future<T> translated(Throwable cause) {
        return Future.failedFuture(
                cause instanceof ChainStoppedException stopped ? WorkerException.of(stopped) : cause);
    }
}
