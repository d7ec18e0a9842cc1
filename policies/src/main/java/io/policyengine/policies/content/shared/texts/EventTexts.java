package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.events.EventScanner;

/**
 * Reads the texts of a stream event by event: server-sent events, or lines of JSON. Each event is read and passed on as
 * a whole, so that the stream can end after any event. An incomplete event at the end of the stream is read as well,
 * since some clients read it.
 */
final class EventTexts implements CharacterSink {
    /** Maximum characters of an event. The whole event is held in memory. */
    static final int MAX_EVENT = 1 << 20;

    private final Texts texts;
    private final Spelling spelling;
    private final boolean linesOnly;
    private final StreamedTexts streamed;

    private final Characters line = new Characters(256);
    private final Characters data = new Characters(256);
    private final EventScanner scanner = EventScanner.ofCharacters();
    /** The position of the current event's first octet; negative between events. */
    private long from = -1;

    private long lineEnd;

    private EventTexts(Texts texts, Spelling spelling, StreamShape shape, boolean linesOnly) {
        this.texts = texts;
        this.spelling = spelling.inLine();
        this.linesOnly = linesOnly;
        this.streamed = new StreamedTexts(texts, this.spelling, shape);
        texts.passage().goesOnInPieces();
    }

    static EventTexts ofEvents(Texts texts, Spelling spelling, StreamShape shape) {
        return new EventTexts(texts, spelling, shape, false);
    }

    /** Creates a reader that treats each line as the data of an event. */
    static EventTexts ofLines(Texts texts, Spelling spelling) {
        return new EventTexts(texts, spelling, new StreamShape(), true);
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        if (from < 0) {
            from = start;
        }
        switch (scanner.take(codePoint)) {
            case SKIPPED -> {
                if (line.length() == 0 && data.length() == 0) {
                    from = -1;
                    mayBreakAt(end);
                }
                return;
            }
            case LINE_END, EVENT_END -> endLine(end);
            case NAME, COLON, VALUE -> {
                if (line.length() + data.length() == MAX_EVENT) {
                    throw ContentException.of(ContentFault.HELD_TOO_MUCH);
                }
                line.take(codePoint, start, end);
            }
        }
        lineEnd = end;
    }

    private void endLine(long end) throws ContentException {
        if (linesOnly) {
            line.giveTo(data, 0);
            line.clear();
            endEvent(end);
        } else if (line.length() == 0) {
            endEvent(end);
        } else {
            field();
            line.clear();
        }
    }

    private void field() throws ContentException {
        if (scanner.field() != EventScanner.Field.DATA) {
            Channel field = Channel.begin(texts, TextPlace.of(TextPlace.Kind.EVENT_FIELD, ""), spelling, 0);
            line.giveTo(field, 0);
            field.end();
            return;
        }
        if (data.length() > 0) {
            // The line end between two lines of data has no octets, since it cannot be replaced.
            data.take('\n', data.endAt(data.length() - 1), data.endAt(data.length() - 1));
        }
        line.giveTo(data, scanner.valueAt());
    }

    private void endEvent(long end) throws ContentException {
        streamed.event(data);
        data.clear();
        from = -1;
        texts.flush();
        mayBreakAt(end);
    }

    private void mayBreakAt(long end) {
        texts.passage().mayBreakAt(end, Math.min(texts.undecidedFrom(), streamed.undecidedFrom()));
    }

    @Override
    public void end() throws ContentException {
        if (line.length() > 0) {
            scanner.take('\n');
            endLine(lineEnd);
        }
        if (data.length() > 0) {
            endEvent(lineEnd);
        }
        streamed.end();
    }

    @Override
    public long undecidedFrom() {
        return Math.min(from < 0 ? Long.MAX_VALUE : from, streamed.undecidedFrom());
    }
}
