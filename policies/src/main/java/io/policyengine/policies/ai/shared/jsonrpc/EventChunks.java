package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A filter of a chunked event stream. Complete events are filtered and forwarded; an incomplete event is held. */
final class EventChunks implements ChunkFilter<ChunkOutcome> {
    private final AnswerGuard guard;
    private final Call call;
    private final EventSplitter splitter;
    private final EventFilter filter;
    private int held;

    EventChunks(AnswerGuard guard, Call call, MessageFilter filter) {
        this.guard = guard;
        this.call = call;
        this.splitter = new EventSplitter(guard.maxHeld());
        this.filter = new EventFilter(filter);
    }

    @Override
    public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
        List<byte[]> events;
        try {
            events = splitter.take(chunk.getBytes(held, chunk.length()), last);
        } catch (JsonRpcFault fault) {
            return Future.failedFuture(guard.brokenOff());
        }
        Buffer under = Buffer.buffer(splitter.pending());
        held = under.length();
        return guard.work(call, events, stop -> filter.filtered(events, stop))
                .map(out -> last ? new ChunkOutcome.Replace(out) : new ChunkOutcome.Hold(out, under));
    }
}
