package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.policies.format.events.EventScanner;
import io.policyengine.policies.format.events.EventScanner.Token;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a stream of server-sent events (WHATWG HTML §9.2) into events, regardless of chunk boundaries. Holds an
 * incomplete event of at most {@code maxEvent} bytes.
 */
final class EventSplitter {
    private final int maxEvent;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final EventScanner scanner = EventScanner.ofOctets();

    EventSplitter(int maxEvent) {
        this.maxEvent = maxEvent;
    }

    byte[] pending() {
        return pending.toByteArray();
    }

    /**
     * Adds the next bytes of the stream.
     *
     * @param last true if the stream ends with these bytes; then an incomplete event is returned as well, since some
     *     clients process it
     * @return the completed events. No bytes are lost: the returned events and the bytes still held make up all bytes
     *     received. If an event ends with CR and the next byte is LF, the LF is returned as an event of its own.
     * @throws JsonRpcFault if an event is too long
     */
    List<byte[]> take(byte[] bytes, boolean last) throws JsonRpcFault {
        List<byte[]> events = new ArrayList<>();
        for (byte octet : bytes) {
            if (pending.size() == maxEvent) {
                throw new JsonRpcFault(JsonRpcError.INTERNAL_ERROR, "an event has more than " + maxEvent + " bytes");
            }
            pending.write(octet);
            Token token = scanner.take(octet & 0xFF);
            boolean isSecondHalf = token == Token.SKIPPED && octet == '\n' && pending.size() == 1;
            if (token == Token.EVENT_END || isSecondHalf) {
                end(events);
            }
        }
        if (last && pending.size() > 0) {
            end(events);
        }
        return events;
    }

    private void end(List<byte[]> events) {
        events.add(pending.toByteArray());
        pending.reset();
    }
}
