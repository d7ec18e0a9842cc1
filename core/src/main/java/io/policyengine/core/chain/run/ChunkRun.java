package io.policyengine.core.chain.run;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run of a body through the filters of a chain's entries, in chain order; each filter receives the output of the
 * previous one. The run ends with the last chunk, a denial, a failure that denies, a chunk that was stopped,
 * {@link #close}, or the cancellation of the call. All filters are then closed. Confined to one event loop.
 */
public final class ChunkRun {
    private final ChainLoop loop;
    private final Call call;
    private final boolean answersClient;
    private final List<ChunkStage> stages;
    private final Cancellation.Listening listening;
    private @Nullable ChunkPass pass;
    private @Nullable Runnable listener;
    private boolean over;

    ChunkRun(ChainLoop loop, Call call, boolean answersClient, List<ChunkStage> stages) {
        this.loop = loop;
        this.call = call;
        this.answersClient = answersClient;
        this.stages = List.copyOf(stages);
        this.listening = call.cancellation().onCancel(this::cancelled);
    }

    /**
     * Runs the filters on the next chunk. Call after the result of the previous chunk and before the end of the body.
     * Fails with {@link ChainStoppedException} if the run is stopped.
     *
     * @throws IllegalStateException if the previous chunk is still running
     */
    public Future<ChunkResult> run(TimedChunk chunk) {
        if (pass != null) {
            throw new IllegalStateException("the previous chunk is still running");
        }
        if (over) {
            return Future.failedFuture(new ChainStoppedException("the body has ended"));
        }
        ChunkPass begun = new ChunkPass(loop, call, chunk, this, stages);
        pass = begun;
        return begun.start();
    }

    /** The estimated bytes of memory held for the next chunk; 0 once the run is over. Call between two chunks only. */
    public long heldBytes() {
        long all = 0;
        for (int i = 0; i < stages.size() && !over; i++) {
            all += stages.get(i).heldBytes();
        }
        return all;
    }

    public boolean isRunning() {
        return pass != null;
    }

    /**
     * Sets the listener for the end of the run; only one is possible. It is called once, immediately if the run is
     * over.
     */
    public void onEnd(Runnable ended) {
        if (over) {
            ended.run();
        } else {
            listener = ended;
        }
    }

    /** Ends the run. If a chunk is running, its future fails. Idempotent. */
    public void close() {
        listening.end();
        cancelled();
    }

    private void cancelled() {
        if (over) {
            return;
        }
        over = true;
        ChunkPass stopped = pass;
        pass = null;
        stages.forEach(ChunkStage::close);
        Runnable told = listener;
        listener = null;
        if (told != null) {
            told.run();
        }
        if (stopped != null) {
            stopped.cancel();
        }
    }

    boolean answersClient() {
        return answersClient;
    }

    void passed(boolean last) {
        pass = null;
        if (last) {
            close();
        }
    }
}
