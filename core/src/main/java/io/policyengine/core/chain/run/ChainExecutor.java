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
 * Runs entries one after another; each receives the message with the changes of earlier entries. As long as policies
 * complete immediately, a run is a plain loop. Only a pending future needs a timer and a callback, on the original
 * context. Confined to one event loop.
 *
 * <p>A shadow entry is started in its turn, with the input that it would receive as an enforced entry, but it is not
 * awaited. In the result, a shadow entry passes the message unchanged.
 *
 * <p>The result includes the failures of entries, even of those for which the call had no time left. If the call is
 * cancelled, the future fails with {@link ChainStoppedException}.
 */
public final class ChainExecutor {
    private final ChainLoop loop;

    /** Creates an executor for the event loop to which {@code deadlines} belongs. */
    public ChainExecutor(DeadlineWheel deadlines, Ticker ticker, ChainLimits limits) {
        this.loop = new ChainLoop(deadlines, ticker, limits);
    }

    /**
     * Runs request policies from index {@code first} up to {@code end}, exclusive. A policy that can only stream
     * receives a complete body as a single chunk.
     */
    public Future<SegmentResult<RequestOutcome>> executeRequest(
            List<BoundEntry> entries, int first, int end, RequestContext context) {
        return executeRequest(entries, first, end, context, ChainExecutor::untold);
    }

    /**
     * Runs request policies, and reports each entry before it runs.
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

    /** Runs response policies, and reports each entry before it runs. */
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

    /** Runs request policies on the headers of a message with a streamed body, and opens their filters for the body. */
    public Future<OpenChain<RequestOutcome>> openRequest(
            List<BoundEntry> entries, int first, int end, RequestContext context) {
        return openRequest(entries, first, end, context, ChainExecutor::untold);
    }

    /**
     * Runs request policies on the headers of a message with a streamed body, and reports each entry before it runs.
     */
    public Future<OpenChain<RequestOutcome>> openRequest(
            List<BoundEntry> entries, int first, int end, RequestContext context, IntConsumer begun) {
        return open(new ChainRun<>(loop, RequestSteps.INSTANCE, entries, first, end, context, begun, true));
    }

    /**
     * Runs response policies on the headers of a message with a streamed body, and opens their filters for the body.
     */
    public Future<OpenChain<ResponseOutcome>> openResponse(
            List<BoundEntry> entries, int first, int end, ResponseContext context) {
        return openResponse(entries, first, end, context, ChainExecutor::untold);
    }

    /**
     * Runs response policies on the headers of a message with a streamed body, and reports each entry before it runs.
     */
    public Future<OpenChain<ResponseOutcome>> openResponse(
            List<BoundEntry> entries, int first, int end, ResponseContext context, IntConsumer begun) {
        return open(new ChainRun<>(loop, ResponseSteps.INSTANCE, entries, first, end, context, begun, true));
    }

    private static <O> Future<OpenChain<O>> open(ChainRun<?, O> run) {
        return run.start().map(result -> new OpenChain<>(result, run.chunks()));
    }

    /** The entry whose policy is executing on the event loop, or null. Thread-safe. */
    public @Nullable BoundEntry running() {
        return loop.running();
    }

    @SuppressWarnings("unused") // the signature of IntConsumer
    private static void untold(int index) {}
}
