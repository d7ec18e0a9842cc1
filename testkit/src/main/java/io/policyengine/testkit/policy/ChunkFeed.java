package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes the chunks of a body to a filter as the engine does: bytes that the filter held back precede the next chunk.
 */
final class ChunkFeed {
    private static final Buffer NOTHING = Buffer.buffer();

    private final ChunkFilter<? extends RequestChunkOutcome> filter;
    private final List<Buffer> chunks = new ArrayList<>();
    private Buffer held = NOTHING;
    private @Nullable ImmediateResponse answer;

    private ChunkFeed(ChunkFilter<? extends RequestChunkOutcome> filter) {
        this.filter = filter;
    }

    /**
     * Passes chunks to the filter until it ends the body or answers. An empty list is treated as one empty chunk.
     *
     * @throws AssertionError if the filter does not decide at once, changes its input, or holds back bytes of the last
     *     chunk
     */
    static ChunkFeed of(ChunkFilter<? extends RequestChunkOutcome> filter, List<Buffer> chunks) {
        ChunkFeed feed = new ChunkFeed(filter);
        List<Buffer> all = chunks.isEmpty() ? List.of(NOTHING) : chunks;
        if (filter.equals(ChunkFilter.none())) {
            feed.chunks.addAll(all);
            return feed;
        }
        try {
            for (int i = 0; i < all.size(); i++) {
                if (!feed.take(all.get(i), i == all.size() - 1)) {
                    break;
                }
            }
        } finally {
            filter.close();
        }
        return feed;
    }

    /** Returns the bytes forwarded for each chunk. */
    List<Buffer> chunks() {
        return List.copyOf(chunks);
    }

    /** Returns the filter's response to the client, or null. */
    @Nullable
    ImmediateResponse answer() {
        return answer;
    }

    static Buffer join(List<Buffer> chunks) {
        Buffer joined = Buffer.buffer();
        chunks.forEach(joined::appendBuffer);
        return joined;
    }

    /** Passes a chunk to the filter; returns false if the filter ended the body or answered. */
    private boolean take(Buffer next, boolean last) {
        Buffer chunk = join(List.of(held, next));
        Buffer before = chunk.copy();
        RequestChunkOutcome outcome = PolicyTester.now(filter.onChunk(chunk, last));
        if (!chunk.equals(before)) {
            throw new AssertionError("the policy changed the chunk that it was given");
        }
        held = NOTHING;
        return switch (outcome) {
            case ChunkOutcome.Pass() -> pass(chunk);
            case ChunkOutcome.Replace(Buffer data) -> pass(data);
            case ChunkOutcome.Drop() -> pass(NOTHING);
            case ChunkOutcome.Hold(Buffer data, Buffer rest) -> hold(data, rest, last);
            case ChunkOutcome.End(Buffer data) -> !pass(data);
            case RequestChunkOutcome.Respond(ImmediateResponse response) -> answer(response);
        };
    }

    private boolean pass(Buffer data) {
        return chunks.add(data);
    }

    private boolean hold(Buffer data, Buffer rest, boolean last) {
        if (last) {
            throw new AssertionError("the policy holds bytes back, and there is no next chunk");
        }
        held = rest;
        return pass(data);
    }

    private boolean answer(ImmediateResponse response) {
        answer = OutcomeEffects.sendable(response);
        return false;
    }
}
