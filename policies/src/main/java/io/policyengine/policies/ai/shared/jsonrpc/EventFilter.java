package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.work.StopSignal;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Filters the events of a stream of JSON-RPC messages. An event is left unchanged, rewritten, or replaced by a comment.
 * The event's id is kept, so that a client can resume after it.
 */
final class EventFilter {
    private final TextFilter texts;
    private boolean first = true;

    EventFilter(MessageFilter filter) {
        this.texts = new TextFilter(filter);
    }

    Buffer filtered(List<byte[]> events, StopSignal stop) {
        Buffer out = Buffer.buffer();
        for (byte[] event : events) {
            stop.check();
            out.appendBytes(ServerEvent.parse(event, first).filtered(texts, stop));
            first = false;
        }
        return out;
    }
}
