package io.policyengine.policies.content.shared.content;

import io.policyengine.policies.content.shared.content.Entities.Entity;

/**
 * Reads markup like an HTML parser, with resolved character references, as two texts. One is the markup as written,
 * with its tags; the other is the displayed text, without tags and comments. Does not check the structure. Besides this
 * reader, the markup is read as plain text with unresolved references.
 */
final class MarkupReader implements CharacterSink {
    private static final String COMMENT = "<!--";
    private static final String CDATA = "<![CDATA[";

    private final Channel all;
    private final Channel shown;

    /** The beginning of what may become a tag or a character reference. */
    private final Characters begun = new Characters(16);

    private State state = State.TEXT;
    /** The quotation mark around the current attribute value; 0 elsewhere in a tag; negative outside of tags. */
    private int quote = -1;

    private int last;
    private int lastButOne;
    private int lastButTwo;

    private enum State {
        TEXT,
        REFERENCE,
        OPEN,
        TAG,
        COMMENT,
        CDATA
    }

    MarkupReader(Texts texts, Spelling written) throws ContentException {
        Spelling spelling = written.inMarkup();
        this.all = Channel.begin(texts, TextPlace.plain(), spelling, 1);
        this.shown = Channel.begin(texts, TextPlace.plain(), spelling, 1);
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        switch (state) {
            case TEXT -> text(codePoint, start, end);
            case REFERENCE -> reference(codePoint, start, end);
            case OPEN -> open(codePoint, start, end);
            case TAG, COMMENT -> hidden(codePoint, start, end);
            case CDATA -> {
                show(codePoint, start, end);
                leaveAt(codePoint, ']');
            }
        }
        lastButTwo = lastButOne;
        lastButOne = last;
        last = codePoint;
    }

    private void text(int codePoint, long start, long end) throws ContentException {
        if (codePoint == '&') {
            begin(State.REFERENCE, codePoint, start, end);
        } else if (codePoint == '<') {
            begin(State.OPEN, codePoint, start, end);
        } else {
            show(codePoint, start, end);
        }
    }

    private void begin(State next, int codePoint, long start, long end) {
        begun.take(codePoint, start, end);
        state = next;
    }

    private void show(int codePoint, long start, long end) throws ContentException {
        all.take(codePoint, start, end);
        shown.take(codePoint, start, end);
    }

    /** Reads a character reference. If it is within a tag, it belongs only to the text with tags. */
    private void reference(int codePoint, long start, long end) throws ContentException {
        if (Entities.goesOn(begun, codePoint)) {
            begun.take(codePoint, start, end);
            return;
        }
        Entity entity = Entities.of(begun);
        boolean closes = codePoint == ';' && entity.codePoint() >= 0;
        endReference(entity, closes ? end : begun.endAt(begun.length() - 1));
        if (!closes) {
            take(codePoint, start, end);
        }
    }

    private void endReference(Entity entity, long end) throws ContentException {
        state = quote < 0 ? State.TEXT : State.TAG;
        if (entity.codePoint() >= 0) {
            give(entity.codePoint(), begun.startAt(0), end);
        } else {
            for (int i = 0; i < begun.length(); i++) {
                give(begun.codePointAt(i), begun.startAt(i), begun.endAt(i));
            }
        }
        begun.clear();
    }

    private void give(int codePoint, long start, long end) throws ContentException {
        all.take(codePoint, start, end);
        if (state == State.TEXT) {
            shown.take(codePoint, start, end);
        }
    }

    private void open(int codePoint, long start, long end) throws ContentException {
        if (begun.length() == 1 && !beginsTag(codePoint)) {
            state = State.TEXT;
            begun.giveTo(all, 0);
            begun.giveTo(shown, 0);
            begun.clear();
            take(codePoint, start, end);
            return;
        }
        begun.take(codePoint, start, end);
        String so = begun.asString(CDATA.length());
        boolean open = COMMENT.startsWith(so) || CDATA.startsWith(so);
        if (so.equals(COMMENT) || so.equals(CDATA) || !open) {
            begun.giveTo(all, 0);
            begun.clear();
            quote = 0;
            state = so.equals(COMMENT) ? State.COMMENT : so.equals(CDATA) ? State.CDATA : State.TAG;
            if (codePoint == '>' && state == State.TAG) {
                leave();
            }
        }
    }

    private static boolean beginsTag(int codePoint) {
        return codePoint == '/' || codePoint == '!' || codePoint == '?' || Character.isLetter(Math.max(0, codePoint));
    }

    private void hidden(int codePoint, long start, long end) throws ContentException {
        if (state == State.TAG && codePoint == '&') {
            begin(State.REFERENCE, codePoint, start, end);
            return;
        }
        all.take(codePoint, start, end);
        if (state == State.COMMENT) {
            leaveAt(codePoint, '-');
            // HTML ends a comment at --!> as well.
            if (codePoint == '>' && last == '!' && lastButOne == '-' && lastButTwo == '-') {
                leave();
            }
        } else if (quote > 0) {
            quote = codePoint == quote ? 0 : quote;
        } else if ((codePoint == '"' || codePoint == '\'') && last == '=') {
            quote = codePoint;
        } else if (codePoint == '>') {
            leave();
        }
    }

    /** Leaves a comment or section if the character is an angle bracket after two {@code twice} characters. */
    private void leaveAt(int codePoint, int twice) {
        if (codePoint == '>' && last == twice && lastButOne == twice) {
            leave();
        }
    }

    private void leave() {
        state = State.TEXT;
        quote = -1;
    }

    @Override
    public void end() throws ContentException {
        if (state == State.REFERENCE) {
            endReference(Entities.of(begun), begun.endAt(begun.length() - 1));
        }
        begun.giveTo(all, 0);
        begun.giveTo(shown, 0);
        all.end();
        shown.end();
    }

    @Override
    public long undecidedFrom() {
        long first = Math.min(all.undecidedFrom(), shown.undecidedFrom());
        return begun.length() == 0 ? first : Math.min(first, begun.startAt(0));
    }
}
