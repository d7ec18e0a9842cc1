package io.policyengine.policies.idempotency;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets the body of an answer pass and keeps a copy, of so many bytes at most and as long as all such copies have room. The last chunk waits
 * until the copy is kept, so that who has seen the end of an answer gets the same again.
 */
final class AnswerCopy implements ChunkFilter<ChunkOutcome> {
    private static final Future<ChunkOutcome> PASS = Future.succeededFuture(ChunkOutcome.PASS);

    private final int max;
    private final Room room;
    private final Function<@Nullable Buffer, Future<?>> keep;
    private @Nullable Buffer copy = Buffer.buffer();
    private long taken;

    /**
     * A body of which nothing has come.
     *
     * @param keep called once, with the last chunk: with the whole body, or null if it is too long
     */
    AnswerCopy(int max, Room room, Function<@Nullable Buffer, Future<?>> keep) {
        this.max = max;
        this.room = room;
        this.keep = keep;
    }

    @Override
    public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
        Buffer body = copy;
        if (body != null && !takes(body, chunk)) {
            close();
        }
        return last ? keep.apply(copy).transform(_ -> PASS) : PASS;
    }

    private boolean takes(Buffer body, Buffer chunk) {
        if (taken + chunk.length() > max || !room.take(chunk.length())) {
            return false;
        }
        taken += chunk.length();
        body.appendBuffer(chunk);
        return true;
    }

    @Override
    public void close() {
        copy = null;
        room.giveBack(taken);
        taken = 0;
    }
}
