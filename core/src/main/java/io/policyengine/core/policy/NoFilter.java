package io.policyengine.core.policy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The filter of a policy that does not read a body. The engine skips it. */
final class NoFilter<O extends RequestChunkOutcome> implements ChunkFilter<O> {
    private static final NoFilter<?> INSTANCE = new NoFilter<>();

    private NoFilter() {}

    @SuppressWarnings("unchecked") // it never returns an outcome
    static <O extends RequestChunkOutcome> ChunkFilter<O> instance() {
        return (ChunkFilter<O>) INSTANCE;
    }

    @Override
    public Future<O> onChunk(Buffer chunk, boolean last) {
        throw new IllegalStateException("this filter is never run");
    }
}
