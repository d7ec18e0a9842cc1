package io.policyengine.core.policy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongSupplier;

/** A filter that delegates to another filter, but whose reported memory comes from a supplier. */
record HoldingFilter<O extends RequestChunkOutcome>(LongSupplier bytes, ChunkFilter<O> filter)
        implements ChunkFilter<O> {
    @Override
    public Future<O> onChunk(Buffer chunk, boolean last) {
        return filter.onChunk(chunk, last);
    }

    @Override
    public void brokenOff() {
        filter.brokenOff();
    }

    @Override
    public long heldBytes() {
        return bytes.getAsLong();
    }

    @Override
    public void close() {
        filter.close();
    }
}
