package io.policyengine.worker;

import io.policyengine.core.chain.ChainExecutor;
import io.policyengine.core.chain.ChainStoppedException;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs chains on the event loop that it belongs to. An end of 0 in a call means the chain's end. */
public final class LocalLink implements WorkerLink {
    private final LocalWorker worker;
    private final ChainExecutor executor;

    LocalLink(Vertx vertx, LocalWorker worker) {
        this.worker = worker;
        this.executor = new ChainExecutor(
                DeadlineWheel.on(vertx, worker.ticker()),
                worker.ticker(),
                worker.options().limits());
    }

    @Override
    public Future<SegmentResult<RequestOutcome>> execute(RequestCall call) {
        return onPrepared(call.chainId(), chain -> run(chain, call));
    }

    @Override
    public Future<SegmentResult<ResponseOutcome>> execute(ResponseCall call) {
        return onPrepared(call.chainId(), chain -> run(chain, call));
    }

    /** Binds the chain for this call alone and runs it. */
    public Future<SegmentResult<RequestOutcome>> executeOnce(ChainSpec spec, RequestCall call) {
        return onBoundOnce(spec, chain -> run(chain, call));
    }

    /** Binds the chain for this call alone and runs it. */
    public Future<SegmentResult<ResponseOutcome>> executeOnce(ChainSpec spec, ResponseCall call) {
        return onBoundOnce(spec, chain -> run(chain, call));
    }

    private Future<SegmentResult<RequestOutcome>> run(BoundChain chain, RequestCall call) {
        int end = endOf(chain, call.endEntry());
        WorkerException misfit = misfit(chain, Phase.REQUEST, call.firstEntry(), end);
        if (misfit != null) {
            return Future.failedFuture(misfit);
        }
        note(call.request().headers(), call.request().body(), call.metadata());
        return executor.executeRequest(
                chain.entries(),
                call.firstEntry(),
                end,
                new RequestContext(call.request(), call.metadata(), call.call()));
    }

    private Future<SegmentResult<ResponseOutcome>> run(BoundChain chain, ResponseCall call) {
        int end = endOf(chain, call.endEntry());
        WorkerException misfit = misfit(chain, Phase.RESPONSE, call.firstEntry(), end);
        if (misfit != null) {
            return Future.failedFuture(misfit);
        }
        note(call.response().headers(), call.response().body(), call.metadata());
        return executor.executeResponse(
                chain.entries(),
                call.firstEntry(),
                end,
                new ResponseContext(
                        call.response(), call.request(), call.originalRequest(), call.metadata(), call.call()));
    }

    private void note(HeaderMap headers, @Nullable Buffer body, Metadata metadata) {
        worker.metrics().seen(headers, body, metadata);
    }

    private <O> Future<SegmentResult<O>> onPrepared(long chainId, Function<BoundChain, Future<SegmentResult<O>>> run) {
        if (!worker.begin()) {
            return overloaded();
        }
        BoundChain chain = worker.chains().enter(chainId);
        if (chain == null) {
            worker.end();
            return Future.failedFuture(
                    new WorkerException(Kind.UNKNOWN_CHAIN, "chain " + chainId + " is not prepared, or not callable"));
        }
        return runAndLeave(chain, run);
    }

    private <O> Future<SegmentResult<O>> onBoundOnce(
            ChainSpec spec, Function<BoundChain, Future<SegmentResult<O>>> run) {
        if (!worker.begin()) {
            return overloaded();
        }
        return worker.chains().bindOnce(spec).onFailure(_ -> worker.end()).compose(chain -> {
            if (chain.isCallable()) {
                return runAndLeave(chain, run);
            }
            worker.end();
            return Future.failedFuture(
                    new WorkerException(Kind.UNKNOWN_CHAIN, "the chain cannot be called: " + chain.prepared()));
        });
    }

    private <O> Future<SegmentResult<O>> runAndLeave(
            BoundChain chain, Function<BoundChain, Future<SegmentResult<O>>> run) {
        Future<SegmentResult<O>> future;
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

    private <O> Future<SegmentResult<O>> overloaded() {
        return Future.failedFuture(new WorkerException(
                Kind.OVERLOADED, "more than " + worker.options().maxConcurrentRequests() + " calls are under way"));
    }

    private static int endOf(BoundChain chain, int end) {
        return end == 0 ? chain.entries().size() : end;
    }

    private static @Nullable WorkerException misfit(BoundChain chain, Phase phase, int first, int end) {
        if (chain.spec().phase() != phase) {
            return new WorkerException(Kind.INTERNAL, "chain " + chain.spec().id() + " is of the other phase");
        }
        return first < 0 || first >= end || end > chain.entries().size()
                ? new WorkerException(
                        Kind.INTERNAL, "chain " + chain.spec().id() + " has no entries " + first + " to " + end)
                : null;
    }

    private static <O> Future<SegmentResult<O>> translated(Throwable cause) {
        return Future.failedFuture(
                cause instanceof ChainStoppedException stopped
                        ? new WorkerException(Kind.TIMEOUT, String.valueOf(stopped.getMessage()))
                        : cause);
    }
}
