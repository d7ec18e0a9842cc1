package io.policyengine.policies.content;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks whether a body begins like a structure that its content type does not say, and then reads it so as well. */
final class Sniffed implements CharacterSink {
    private static final List<String> EVENTS = List.of("data:", "event:", "id:", "retry:", ":");

    private final ShapeReaders readers;
    private final Spelling spelling;
    /** True if it looks for events, else for JSON. */
    private final boolean events;

    private final Characters first = new Characters();
    private @Nullable CharacterSink reader;
    private boolean known;

    Sniffed(ShapeReaders readers, Spelling spelling, boolean events) {
        this.readers = readers;
        this.spelling = spelling;
        this.events = events;
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        if (reader != null) {
            reader.take(codePoint, start, end);
        } else if (!known && (first.length() > 0 || !JsonReader.isBlank(codePoint))) {
            first.take(codePoint, start, end);
            look();
        }
    }

    private void look() throws ContentException {
        if (events) {
            boolean mayBe = false;
            for (String begin : EVENTS) {
                if (first.startsWith(begin, 0)) {
                    begin(readers.events(spelling));
                    return;
                }
                mayBe |= begin.startsWith(first.asString(first.length()));
            }
            known = !mayBe;
        } else if (JsonReader.begins(first.codePointAt(0))) {
            begin(readers.json(spelling));
        } else {
            known = true;
        }
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
