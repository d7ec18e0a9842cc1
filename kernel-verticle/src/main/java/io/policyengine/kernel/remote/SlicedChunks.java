package io.policyengine.kernel.remote;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.worker.ChunkStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends chunks beyond {@value #SLICE} bytes in consecutive slices. So no message is too large for a worker, and no
 * chunk delays other bodies on the stream for long.
 */
final class SlicedChunks implements ChunkStream {
    static final int SLICE = 1 << 20;

    private final ChunkStream stream;

    SlicedChunks(ChunkStream stream) {
        this.stream = stream;
    }

    @Override
    public Future<ChunkResult> send(Buffer data, boolean last, long deadlineNanos) {
        return data.length() <= SLICE
                ? stream.send(data, last, deadlineNanos)
                : new Slices(data, last, deadlineNanos).sendFrom(0);
    }

    @Override
    public void close() {
        stream.close();
    }

    private final class Slices {
        private final Buffer data;
        private final boolean last;
        private final long deadlineNanos;
        private final List<Buffer> parts = new ArrayList<>();
        private final List<ChunkResult.Failure> failures = new ArrayList<>(0);
        private final List<ChunkResult.Time> times = new ArrayList<>(0);
        private boolean changed;

        Slices(Buffer data, boolean last, long deadlineNanos) {
            this.data = data;
            this.last = last;
            this.deadlineNanos = deadlineNanos;
        }

        Future<ChunkResult> sendFrom(int from) {
            int end = Math.min(data.length(), from + SLICE);
            boolean isLastSlice = end == data.length();
            Buffer slice = data.slice(from, end);
            return stream.send(slice, last && isLastSlice, deadlineNanos).compose(result -> {
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
                    List.copyOf(times));
        }

        private Buffer joined() {
            Buffer joined = Buffer.buffer();
            parts.forEach(joined::appendBuffer);
            return joined;
        }
    }
}
