package io.policyengine.kernel.remote;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.time.PromisedTime;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChunkStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends chunks beyond {@value #SLICE} bytes in consecutive slices. No message is thus too large for a worker, and no
 * chunk delays other bodies on the stream for long. The slices share the time allowed for their chunk. A slice that
 * begins with less than three quarters of that time left has less than its promised time.
 */
final class SlicedChunks implements ChunkStream {
    static final int SLICE = 1 << 20;

    private final ChunkStream stream;
    private final Ticker ticker;

    SlicedChunks(ChunkStream stream, Ticker ticker) {
        this.stream = stream;
        this.ticker = ticker;
    }

    @Override
    public Future<ChunkResult> send(TimedChunk chunk) {
        return chunk.data().length() <= SLICE ? stream.send(chunk) : new Slices(chunk).sendFrom(0);
    }

    @Override
    public void close() {
        stream.close();
    }

    private final class Slices {
        private final TimedChunk chunk;

        /** The promised time of a slice, in nanoseconds. */
        private final long promised;

        private final List<Buffer> parts = new ArrayList<>();
        private final List<ChunkResult.Failure> failures = new ArrayList<>(0);
        private final List<ChunkResult.Time> times = new ArrayList<>(0);
        private boolean changed;

        Slices(TimedChunk chunk) {
            this.chunk = chunk;
            long whole = left();
            this.promised = PromisedTime.of(whole, whole);
        }

        private long left() {
            return chunk.deadlineNanos() - ticker.nanoTime();
        }

        Future<ChunkResult> sendFrom(int from) {
            int length = chunk.data().length();
            int end = Math.min(length, from + SLICE);
            boolean isLastSlice = end == length;
            Buffer slice = chunk.data().slice(from, end);
            TimedChunk part = new TimedChunk(
                    slice,
                    chunk.last() && isLastSlice,
                    chunk.isComplete() && isLastSlice,
                    chunk.deadlineNanos(),
                    chunk.isCutShort() || left() < promised);
            return stream.send(part).compose(result -> {
                Buffer other = result.data();
                parts.add(other == null ? slice : other);
                failures.addAll(result.failures());
                times.addAll(result.times());
                // The body ends before the last slice, so its chunk changes.
                changed |= other != null || (result.last() && !isLastSlice);
                return isLastSlice || result.last() ? Future.succeededFuture(together(result)) : sendFrom(end);
            });
        }

        private ChunkResult together(ChunkResult end) {
            return new ChunkResult(
                    changed ? joined() : null,
                    end.last(),
                    end.holding(),
                    List.copyOf(failures),
                    end.denial(),
                    List.copyOf(times),
                    end.isComplete());
        }

        private Buffer joined() {
            Buffer joined = Buffer.buffer();
            parts.forEach(joined::appendBuffer);
            return joined;
        }
    }
}
