package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.json.JsonReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes a structure of a body that its content type does not state, by the first characters. The body is then read
 * in this structure as well.
 */
final class Sniffed implements CharacterSink {
    private static final List<String> EVENTS = List.of("data:", "event:", "id:", "retry:", ":");

    private final ShapeReaders readers;
    private final Spelling spelling;
    private final For sought;

    private final Characters first = new Characters(8);
    private @Nullable CharacterSink reader;
    private boolean known;

    /** The structures that may be recognized in a body. */
    enum For {
        JSON,
        MARKUP,
        /** Markup or events. JSON is not included, since any text that begins like JSON is read as JSON anyway. */
        ANYTHING
    }

    Sniffed(ShapeReaders readers, Spelling spelling, For sought) {
        this.readers = readers;
        this.spelling = spelling;
        this.sought = sought;
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        if (reader != null) {
            reader.take(codePoint, start, end);
        } else if (!known && (first.length() > 0 || !JsonReader.isSkipped(codePoint))) {
            first.take(codePoint, start, end);
            look();
        }
    }

    private void look() throws ContentException {
        int begin = first.codePointAt(0);
        if (sought == For.JSON) {
            known = true;
            if (JsonTextReader.begins(begin)) {
                begin(readers.json(spelling));
            }
        } else if (begin == '<') {
            begin(readers.markup(spelling));
        } else {
            known = sought == For.MARKUP || !mayBeEvents();
        }
    }

    /**
     * Returns false if the first characters cannot begin a stream of events. Starts reading events once the characters
     * suffice.
     */
    private boolean mayBeEvents() throws ContentException {
        boolean mayBe = false;
        for (String beginning : EVENTS) {
            if (first.startsWith(beginning, 0)) {
                begin(readers.events(spelling));
                return true;
            }
            mayBe |= beginning.startsWith(first.asString(first.length()));
        }
        return mayBe;
    }

    private void begin(CharacterSink begun) throws ContentException {
        known = true;
        reader = begun;
        first.giveTo(begun, 0);
    }

    @Override
    public void end() throws ContentException {
        if (reader != null) {
            reader.end();
        }
    }

    @Override
    public long undecidedFrom() {
        if (reader != null) {
            return reader.undecidedFrom();
        }
        return known || first.length() == 0 ? Long.MAX_VALUE : first.startAt(0);
    }
}
