package io.policyengine.policies.content.virusscan;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** Lets a body go on while it is scanned, but for its last 64 KiB, which wait for the verdict: of a body that is no longer, nothing goes on before it is judged. */
final class ScanningFilter<O extends RequestChunkOutcome> implements ChunkFilter<O> {
    private static final int HELD = 64 << 10;
    private static final Buffer NOTHING = Buffer.buffer();

    private final VirusBodyScan scan;
    private final Function<ScanRefusal, Future<O>> refusal;
    private int held;

    /**
     * A filter of one body.
     *
     * @param refusal what becomes of a body with a finding
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
