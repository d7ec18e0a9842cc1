package io.policyengine.kernel.worker.call;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.policy.Call;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.overload.CallEnd;
import io.policyengine.kernel.overload.CallOrigin;
import io.policyengine.kernel.overload.ReplicaLimit;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * A body that streams through a worker. Each chunk counts as a call of its route, and in the replica's limit of chunks,
 * until its result arrives. If the route has used up its share of calls, the whole body is refused, because the worker
 * may already hold a part of it. The limit of chunks refuses the first chunk at most, before the worker has used any
 * time on the body.
 */
final class CountedChunks implements ChunkStream {
    private static final String TOO_BUSY = "chunks of bodies wait too long at the replica, see workers[].adaptive";

    private final ChunkStream chunks;
    private final Bulkheads bulkheads;
    private final WorkerChain chain;
    private final CallOrigin caller;
    private final ReplicaLimit limit;
    private final Call call;
    private boolean hasBegun;

    /**
     * Creates the counter of a body's chunks.
     *
     * @param limit the limit of chunks at the replica
     * @param call the call that opened the body
     */
    CountedChunks(
            ChunkStream chunks,
            Bulkheads bulkheads,
            WorkerChain chain,
            CallOrigin caller,
            ReplicaLimit limit,
            Call call) {
        this.chunks = chunks;
        this.bulkheads = bulkheads;
        this.chain = chain;
        this.caller = caller;
        this.limit = limit;
        this.call = call;
    }

    @Override
    public Future<ChunkResult> send(TimedChunk chunk) {
        WorkerException refusal = refusal();
        if (refusal != null) {
            chunks.close();
            return Future.failedFuture(refusal);
        }
        hasBegun = true;
        Future<ChunkResult> result = chunks.send(chunk);
        if (!result.isComplete()) {
            chain.worker().began();
            bulkheads.began(chain.worker(), caller.route());
            ReplicaLimit.Begun begun = limit.began();
            result.onComplete((_, failure) -> {
                limit.ended(begun, chain.id(), CallEnd.of(failure, call));
                chain.worker().ended();
                bulkheads.ended(chain.worker(), caller.route());
            });
        }
        return result;
    }

    private @Nullable WorkerException refusal() {
        boolean isTooMuch = !hasBegun
                && chain.worker().limits().adaptive()
                && !limit.stillAdmits(caller, chain.worker().timeout().toNanos());
        return isTooMuch
                ? new WorkerException(WorkerException.Kind.OVERLOADED, TOO_BUSY)
                : bulkheads.refusal(chain, caller.route());
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
