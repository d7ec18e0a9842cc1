package io.policyengine.kernel.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.worker.ChunkStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chunks in slices. How their results are joined is in {@code RemoteChunksTest}. */
class SlicedChunksTest {
    private static final long DEADLINE = 1_000;

    private final List<TimedChunk> sent = new ArrayList<>();
    private long now;

    /** The time that the worker takes for a slice. */
    private long taken;

    private final ChunkStream worker = new ChunkStream() {
        @Override
        public Future<ChunkResult> send(TimedChunk chunk) {
            sent.add(chunk);
            now += taken;
            return Future.succeededFuture(new ChunkResult(null, chunk.last(), false, List.of(), null));
        }

        @Override
        public void close() {
            throw new AssertionError("nobody closes it");
        }
    };
    private final ChunkStream chunks = new SlicedChunks(worker, () -> now);

    @Test
    void aSmallChunkIsSentAsItIs() {
        TimedChunk small = new TimedChunk(Buffer.buffer(new byte[SlicedChunks.SLICE]), true, DEADLINE, true);

        assertThat(chunks.send(small).succeeded()).isTrue();

        assertThat(sent).containsExactly(small);
    }

    @Test
    void aSliceThatBeginsWithLessThanThreeQuartersOfTheTimeIsCutShort() {
        taken = 125;

        sendFour(false);

        assertThat(sent).map(TimedChunk::isCutShort).containsExactly(false, false, false, true);
        assertThat(sent).map(TimedChunk::last).containsExactly(false, false, false, true);
        assertThat(sent).allMatch(slice -> slice.deadlineNanos() == DEADLINE);
    }

    @Test
    void allSlicesOfAChunkThatIsCutShortAreCutShort() {
        sendFour(true);

        assertThat(sent).hasSize(4).allMatch(TimedChunk::isCutShort);
    }

    private void sendFour(boolean isCutShort) {
        Buffer data = Buffer.buffer(new byte[3 * SlicedChunks.SLICE + 1]);
        assertThat(chunks.send(new TimedChunk(data, true, DEADLINE, isCutShort)).succeeded())
                .isTrue();
    }
}
