package io.policyengine.core.chain.run;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs entries one after another; each sees the effect of earlier ones. While policies complete at once this is a plain
 * loop; only a pending future costs a timer and a callback, on the original context. Confined to one event loop.
 *
 * <p>Shadow entries are started in turn with the input they would see, and not awaited; in the result they pass the
 * message unchanged.
 *
 * <p>Failures of entries are part of the result. A cancelled or late call has no result: the future fails with {@link
 * ChainStoppedException}, so that a truncated chain is not taken for a complete one.
 */
public final class ChainExecutor {
    private final ChainLoop loop;

    /** Creates an executor for the event loop of {@code deadlines}. */
    public ChainExecutor(DeadlineWheel deadlines, Ticker ticker, ChainLimits limits) {
        this.loop = new ChainLoop(deadlines, ticker, limits);
    }

    /**
     * Runs request policies from {@code first} up to {@code end}, exclusive. A policy that can only stream gets a
     * complete body as a single chunk.
     */
    public Future<SegmentResult<RequestOutcome>> executeRequest(
            List<BoundEntry> entries, int first, int end, RequestContext context) {
        return executeRequest(entries, first, end, context, ChainExecutor::untold);
    }

    /**
     * Runs request policies and reports which ones begin.
     *
     * @param begun receives the index of each entry before it runs
     */
    public Future<SegmentResult<RequestOutcome>> executeRequest(
            List<BoundEntry> entries, int first, int end, RequestContext context, IntConsumer begun) {
        return new ChainRun<>(loop, RequestSteps.INSTANCE, entries, first, end, context, begun, false).start();
    }

    /** Runs response policies; see {@link #executeRequest}. */
    public Future<SegmentResult<ResponseOutcome>> executeResponse(
            List<BoundEntry> entries, int first, int end, ResponseContext context) {
        return executeResponse(entries, first, end, context, ChainExecutor::untold);
    }

    /** Runs response policies and reports which ones begin. */
    public Future<SegmentResult<ResponseOutcome>> executeResponse(
            List<BoundEntry> entries, int first, int end, ResponseContext context, IntConsumer begun) {
        return new ChainRun<>(loop, ResponseSteps.INSTANCE, entries, first, end, context, begun, false).start();
    }

    /**
     * Runs policies on the trailers of a phase's message.
     *
     * @param begun receives the index of each entry before it runs
     */
    public Future<SegmentResult<TrailersOutcome>> executeTrailers(
            Phase phase, List<BoundEntry> entries, int first, int end, TrailersContext context, IntConsumer begun) {
        return new ChainRun<>(loop, TrailersSteps.of(phase), entries, first, end, context, begun, false).start();
    }

    /** Runs request policies on the headers of a streamed body, and opens their filters. */
    public Future<OpenChain<RequestOutcome>> openRequest(
            List<BoundEntry> entries, int first, int end, RequestContext context) {
        return openRequest(entries, first, end, context, ChainExecutor::untold);
    }

    /** Runs request policies on the headers of a streamed body, and reports which ones begin. */
    public Future<OpenChain<RequestOutcome>> openRequest(
            List<BoundEntry> entries, int first, int end, RequestContext context, IntConsumer begun) {
        return open(new ChainRun<>(loop, RequestSteps.INSTANCE, entries, first, end, context, begun, true));
    }

    /** Runs response policies on the headers of a streamed body, and opens their filters. */
    public Future<OpenChain<ResponseOutcome>> openResponse(
            List<BoundEntry> entries, int first, int end, ResponseContext context) {
        return openResponse(entries, first, end, context, ChainExecutor::untold);
    }

    /** Runs response policies on the headers of a streamed body, and reports which ones begin. */
    public Future<OpenChain<ResponseOutcome>> openResponse(
            List<BoundEntry> entries, int first, int end, ResponseContext context, IntConsumer begun) {
        return open(new ChainRun<>(loop, ResponseSteps.INSTANCE, entries, first, end, context, begun, true));
    }

    private static <O> Future<OpenChain<O>> open(ChainRun<?, O> run) {
        return run.start().map(result -> new OpenChain<>(result, run.chunks()));
    }

    /** The entry whose policy occupies the event loop, or null. Thread-safe. */
    public @Nullable BoundEntry running() {
        return loop.running();
    }

    @SuppressWarnings("unused") // the signature of IntConsumer
    private static void untold(int index) {}
}
