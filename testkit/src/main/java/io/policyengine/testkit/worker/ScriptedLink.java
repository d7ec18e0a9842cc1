package io.policyengine.testkit.worker;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.chain.run.ChainExecutor;
import io.policyengine.core.chain.run.ChainStoppedException;
import io.policyengine.core.chain.run.ChunkRun;
import io.policyengine.core.chain.run.OpenChain;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** Runs the chains of a {@link ScriptedWorker} for calls from one event loop. */
final class ScriptedLink implements WorkerLink {
    private final ScriptedWorker worker;
    private final ChainExecutor executor;

    ScriptedLink(ScriptedWorker worker, ChainExecutor executor) {
        this.worker = worker;
        this.executor = executor;
    }

    @Override
    @SuppressWarnings("unchecked") // the executor's outcomes of a phase are those of the call
    public <O> Future<SegmentResult<O>> execute(SegmentCall<O> called) {
        int first = called.firstEntry();
        int end = called.endEntry();
        return on(called.chainId(), chain -> (Future<SegmentResult<O>>) (Future<?>)
                switch (called) {
                    case RequestCall call -> executor.executeRequest(chain, first, end, seen(call));
                    case ResponseCall call -> executor.executeResponse(chain, first, end, seen(call));
                    case TrailersCall call ->
                        executor.executeTrailers(call.phase(), chain, first, end, call.context(), _ -> {});
                });
    }

    @Override
    @SuppressWarnings("unchecked") // the executor's outcomes of a phase are those of the call
    public <O> Future<OpenSegment<O>> open(SegmentCall<O> called) {
        int first = called.firstEntry();
        int end = called.endEntry();
        return on(
                called.chainId(),
                chain -> opened((Future<OpenChain<O>>) (Future<?>)
                        switch (called) {
                            case RequestCall call -> executor.openRequest(chain, first, end, seen(call));
                            case ResponseCall call -> executor.openResponse(chain, first, end, seen(call));
                            case TrailersCall _ -> throw new IllegalArgumentException("trailers have no body");
                        }));
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        worker.ended(end);
    }

    private static RequestContext seen(RequestCall call) {
        return new RequestContext(call.request(), call.metadata(), call.call(), call.envoy());
    }

    private static ResponseContext seen(ResponseCall call) {
        return new ResponseContext(
                call.response(), call.request(), call.originalRequest(), call.metadata(), call.call(), call.envoy());
    }

    private <T> Future<T> on(long chainId, Function<List<BoundEntry>, Future<T>> run) {
        return worker.on(chainId, run).recover(ScriptedLink::stopped);
    }

    private <O> Future<OpenSegment<O>> opened(Future<OpenChain<O>> open) {
        return open.map(ran -> {
            ChunkRun chunks = ran.chunks();
            return new OpenSegment<>(ran.result(), chunks == null ? null : worker.streamed(chunks));
        });
    }

    static <T> Future<T> stopped(Throwable cause) {
        return Future.failedFuture(
                cause instanceof ChainStoppedException stopped ? WorkerException.of(stopped) : cause);
    }
}
