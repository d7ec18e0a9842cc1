package io.policyengine.policies.format.events;

import io.policyengine.policies.format.events.EventScanner.Field;
import io.policyengine.policies.format.events.EventScanner.Token;

/**
 * Reads the data of server-sent events as octets come, wherever they are cut, and hands it on in pieces of the arrays that come. A line end stands
 * between the values of two lines of data. Nothing of the stream is kept.
 */
public final class EventReader {
    private static final byte[] LINE_END = {'\n'};

    private final EventScanner scanner = EventScanner.ofOctets();
    private final Sink sink;
    private boolean hasData;

    /** The taker of the events. */
    public interface Sink {
        /** Takes the next octets of the data of the event; the array belongs to the caller. */
        void data(byte[] bytes, int start, int end);

        /** Takes the event, which has data, be it empty. */
        void event();
    }

    /** A reader before the first octet. */
    public EventReader(Sink sink) {
        this.sink = sink;
    }

    /** Takes the octets from {@code start} to before {@code end}. */
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

    /** A field of data begins. */
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

    /** Ends the stream as some clients take it: an event that no empty line ends is one. By the standard it is none, and there is nothing to do. */
    public void endWithEvent() {
        event();
    }
}
