package io.policyengine.testkit.worker;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.chain.run.ChunkRun;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.WorkerException;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The stream of a body through the policies of a {@link ScriptedWorker}. */
final class ScriptedChunks implements ChunkStream {
    private final ChunkRun run;
    private final Supplier<@Nullable WorkerException> failure;

    /**
     * Creates the stream of a body through a chain's chunk filters.
     *
     * @param failure returns the failure of the next chunk, or null
     */
    ScriptedChunks(ChunkRun run, Supplier<@Nullable WorkerException> failure) {
        this.run = run;
        this.failure = failure;
    }

    @Override
    public Future<ChunkResult> send(TimedChunk chunk) {
        WorkerException wrong = failure.get();
        if (wrong != null) {
            run.close();
            return Future.failedFuture(wrong);
        }
        return run.run(chunk).recover(ScriptedLink::stopped);
    }

    @Override
    public long heldBytes() {
        return run.heldBytes();
    }

    @Override
    public void close() {
        run.close();
    }
}
