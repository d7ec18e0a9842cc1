package io.policyengine.policies.cache;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets a body pass, and keeps a copy for the store: of so many bytes at most, and as long as all such copies have room. */
final class Gathering implements ChunkFilter<ChunkOutcome> {
    private static final Future<ChunkOutcome> PASS = Future.succeededFuture(ChunkOutcome.PASS);

    private final int max;
    private final Budget budget;
    private final Consumer<Buffer> whole;
    private final Runnable tooMuch;
    private @Nullable Buffer copy = Buffer.buffer();
    private long taken;

    /**
     * A body before any of it has come.
     *
     * @param whole told once when all of it is there, if it is
     * @param tooMuch told once when it is too long
     */
    Gathering(int max, Budget budget, Consumer<Buffer> whole, Runnable tooMuch) {
        this.max = max;
        this.budget = budget;
        this.whole = whole;
        this.tooMuch = tooMuch;
    }

    @Override
    public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
        Buffer body = copy;
        if (body != null && !takes(body, chunk)) {
            body = null;
            close();
            tooMuch.run();
        }
        if (body != null && last) {
            whole.accept(body);
            close();
        }
        return PASS;
    }

    private boolean takes(Buffer body, Buffer chunk) {
        if (taken + chunk.length() > max || !budget.take(chunk.length())) {
            return false;
        }
        taken += chunk.length();
        body.appendBuffer(chunk);
        return true;
    }

    @Override
    public void close() {
        if (copy != null) {
            copy = null;
            budget.giveBack(taken);
        }
    }
}
