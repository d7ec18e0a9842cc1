package io.policyengine.kernel.worker.call;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;

/**
 * A body that streams through a worker. Each chunk counts as a call of its route until its result arrives. If the route
 * has used up its share of calls, the whole body is refused, because the worker may already hold a part of it.
 */
final class CountedChunks implements ChunkStream {
    private final ChunkStream chunks;
    private final Bulkheads bulkheads;
    private final WorkerChain chain;
    private final String route;

    /**
     * Creates the counter of a body's chunks.
     *
     * @param route the route as written in the configuration
     */
    CountedChunks(ChunkStream chunks, Bulkheads bulkheads, WorkerChain chain, String route) {
        this.chunks = chunks;
        this.bulkheads = bulkheads;
        this.chain = chain;
        this.route = route;
    }

    @Override
    public Future<ChunkResult> send(TimedChunk chunk) {
        WorkerException refusal = bulkheads.refusal(chain, route);
        if (refusal != null) {
            chunks.close();
            return Future.failedFuture(refusal);
        }
        Future<ChunkResult> result = chunks.send(chunk);
        if (!result.isComplete()) {
            chain.worker().began();
            bulkheads.began(chain.worker(), route);
            result.onComplete(_ -> {
                chain.worker().ended();
                bulkheads.ended(chain.worker(), route);
            });
        }
        return result;
    }

    @Override
    public long heldBytes() {
        return chunks.heldBytes();
    }

    @Override
    public void close() {
        chunks.close();
    }
}
