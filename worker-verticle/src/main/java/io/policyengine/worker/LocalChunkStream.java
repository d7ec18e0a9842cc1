package io.policyengine.worker;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.chain.run.ChunkRun;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.vertx.core.Future;

/**
 * A stream that passes a body through a chain in this process. The stream uses the chain until the end of the body, but
 * is a running call only while it processes a chunk. Confined to one event loop.
 */
final class LocalChunkStream implements ChunkStream {
    private final LocalWorker worker;
    private final ChunkRun run;

    LocalChunkStream(LocalWorker worker, BoundChain chain, ChunkRun run) {
        this.worker = worker;
        this.run = run;
        if (chain.enter()) {
            run.onEnd(chain::leave);
        } else {
            run.close();
        }
    }

    @Override
    public Future<ChunkResult> send(TimedChunk chunk) {
        if (run.isRunning()) {
            return refused(new WorkerException(
                    Kind.INTERNAL, "a chunk of a body was sent before the result of the previous chunk"));
        }
        if (!worker.begin()) {
            return refused(worker.overloaded());
        }
        Future<ChunkResult> result;
        boolean returned = false;
        try {
            result = run.run(chunk);
            returned = true;
        } finally {
            if (!returned) {
                worker.end();
                run.close();
            }
        }
        if (result.succeeded()) {
            worker.end();
            return result;
        }
        return result.onComplete(_ -> worker.end()).recover(LocalLink::translated);
    }

    @Override
    public long heldBytes() {
        return run.heldBytes();
    }

    private Future<ChunkResult> refused(WorkerException reason) {
        run.close();
        return Future.failedFuture(reason);
    }

    @Override
    public void close() {
        run.close();
    }
}
