package io.policyengine.policies.content.virusscan;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/**
 * Passes a body while it is scanned, but holds back its last 64 KiB until the verdict. A shorter body is held back as a
 * whole.
 */
final class ScanningFilter<O extends RequestChunkOutcome> implements ChunkFilter<O> {
    private static final int HELD = 64 << 10;
    private static final Buffer NOTHING = Buffer.buffer();

    private final VirusBodyScan scan;
    private final Function<ScanRefusal, Future<O>> refusal;
    private int held;

    /**
     * Creates a filter for one body.
     *
     * @param refusal returns the outcome for a refused body
     */
    ScanningFilter(VirusBodyScan scan, Function<ScanRefusal, Future<O>> refusal) {
        this.scan = scan;
        this.refusal = refusal;
    }

    @Override
    public Future<O> onChunk(Buffer chunk, boolean last) {
        return scan.take(chunk.slice(held, chunk.length()), last)
                .compose(found ->
                        found.isEmpty() ? Future.succeededFuture(passed(chunk, last)) : refusal.apply(found.get()));
    }

    @SuppressWarnings("unchecked") // outcomes of chunks are outcomes of request chunks too
    private O passed(Buffer chunk, boolean last) {
        if (last || scan.isCutOff()) {
            held = 0;
            return (O) ChunkOutcome.PASS;
        }
        int on = Math.max(0, chunk.length() - HELD);
        held = chunk.length() - on;
        return (O) new ChunkOutcome.Hold(
                on == 0 ? NOTHING : chunk.getBuffer(0, on), on == 0 ? chunk : chunk.getBuffer(on, chunk.length()));
    }

    @Override
    public long heldBytes() {
        return scan.heldBytes();
    }

    @Override
    public void close() {
        scan.close();
    }
}
