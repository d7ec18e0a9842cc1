package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.work.StopSignal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A filter of a chunked JSON body, which is held until it is complete. */
final class MessageChunks implements ChunkFilter<ChunkOutcome> {
    private final AnswerGuard guard;
    private final ResponseContext context;
    private final MessageFilter filter;

    MessageChunks(AnswerGuard guard, ResponseContext context, MessageFilter filter) {
        this.guard = guard;
        this.context = context;
        this.filter = filter;
    }

    @Override
    public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
        if (chunk.length() > guard.maxHeld()) {
            return Future.failedFuture(guard.brokenOff());
        }
        if (!last) {
            return Future.succeededFuture(new ChunkOutcome.Hold(Buffer.buffer(), chunk));
        }
        if (chunk.length() == 0) {
            return Future.succeededFuture(ChunkOutcome.PASS);
        }
        byte[] text = chunk.getBytes();
        return guard.work(context.call(), List.of(text), stop -> whole(text, stop));
    }

    private ChunkOutcome whole(byte[] text, StopSignal stop) {
        try {
            return switch (AnswerGuard.filtered(text, filter, AnswerGuard.isSuccess(context), stop)) {
                case TextFilter.Left.All() -> ChunkOutcome.PASS;
                case TextFilter.Left.Other(Buffer other) -> new ChunkOutcome.Replace(other);
                case TextFilter.Left.Nothing() -> throw guard.brokenOff();
            };
        } catch (JsonRpcFault fault) {
            throw guard.brokenOff();
        }
    }
}
