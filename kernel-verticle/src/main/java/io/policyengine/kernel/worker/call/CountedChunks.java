package io.policyengine.kernel.worker.call;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A body on its way through a worker, each of whose chunks is a call of its route while its result is awaited. A chunk beyond the share of
 * the route is refused, and with it the body: what the worker holds of it is lost to the chunks that would follow.
 */
final class CountedChunks implements ChunkStream {
    private final ChunkStream chunks;
    private final Bulkheads bulkheads;
    private final WorkerChain chain;
    private final String route;

    /**
     * A body of which nothing has come.
     *
     * @param route as the configuration writes it
     */
    CountedChunks(ChunkStream chunks, Bulkheads bulkheads, WorkerChain chain, String route) {
        this.chunks = chunks;
        this.bulkheads = bulkheads;
        this.chain = chain;
        this.route = route;
    }

    @Override
    public Future<ChunkResult> send(Buffer data, boolean last, long deadlineNanos) {
        WorkerException refusal = bulkheads.refusal(chain, route);
        if (refusal != null) {
            chunks.close();
            return Future.failedFuture(refusal);
        }
        Future<ChunkResult> result = chunks.send(data, last, deadlineNanos);
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
