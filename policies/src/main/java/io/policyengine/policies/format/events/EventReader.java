package io.policyengine.policies.format.events;

import io.policyengine.policies.format.events.EventScanner.Field;
import io.policyengine.policies.format.events.EventScanner.Token;

/**
 * Reads the data of server-sent events from octets in pieces of any length. Passes the data on as ranges of the
 * received arrays, with a line end between the values of two data lines. Keeps no octets of the stream.
 */
public final class EventReader {
    private static final byte[] LINE_END = {'\n'};

    private final EventScanner scanner = EventScanner.ofOctets();
    private final Sink sink;
    private boolean hasData;

    /** Receives the data and the ends of events. */
    public interface Sink {
        /** Receives the next octets of an event's data. The array belongs to the caller. */
        void data(byte[] bytes, int start, int end);

        /** Receives the end of an event that has data. The data may be empty. */
        void event();
    }

    public EventReader(Sink sink) {
        this.sink = sink;
    }

    /** Reads the octets from {@code start} (inclusive) to {@code end} (exclusive). */
    public void take(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end) {
            if (scanner.isInData()) {
                int lineEnd = endOfLine(bytes, i, end);
                if (i < lineEnd) {
                    sink.data(bytes, i, lineEnd);
                }
                i = lineEnd;
            }
            if (i < end) {
                take(scanner.take(bytes[i] & 0xFF), bytes, i);
                i++;
            }
        }
    }

    private static int endOfLine(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    private void take(Token token, byte[] bytes, int at) {
        switch (token) {
            case SKIPPED, NAME -> {}
            case COLON -> line();
            case VALUE -> {
                if (scanner.field() == Field.DATA) {
                    sink.data(bytes, at, at + 1);
                }
            }
            case LINE_END -> {
                if (!scanner.hasColon()) {
                    line();
                }
            }
            case EVENT_END -> event();
        }
    }

    /** Prepares to read the line's value if the line's field is {@code data}. Other fields are skipped. */
    private void line() {
        if (scanner.field() != Field.DATA) {
            return;
        }
        if (hasData) {
            sink.data(LINE_END, 0, 1);
        }
        hasData = true;
    }

    private void event() {
        if (hasData) {
            hasData = false;
            sink.event();
        }
    }

    /**
     * Ends the stream, and reports an event that lacks its final empty line. The standard discards such an event, but
     * some clients accept it.
     */
    public void endWithEvent() {
        event();
    }
}
