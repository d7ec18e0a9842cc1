package io.policyengine.policies.content.shared.texts;

/**
 * Reads markup as an HTML parser reads it in SVG and MathML. Produces two texts with resolved character references: the
 * markup with its tags, and the displayed text without tags and comments. {@link HtmlTextReader} reads the text that is
 * displayed outside of SVG and MathML. The structure is not checked.
 *
 * <p>Another reader reads the same markup as plain text, with its references unresolved.
 */
final class MarkupReader implements CharacterSink {
    private static final String COMMENT = "<!--";
    private static final String CDATA = "<![CDATA[";
    private static final String META = "meta";

    private final Channel all;
    private final Channel shown;
    private final CharacterSink both;
    private final MetaCharset meta = new MetaCharset();

    /** The beginning of what may become a tag or a character reference. */
    private final Characters begun = new Characters(16);

    private State state = State.TEXT;
    /** The quotation mark around the current attribute value; 0 elsewhere in a tag; negative outside of tags. */
    private int quote = -1;

    /**
     * The number of matched characters of the tag name {@code meta} and the end of the name; negative if no such tag is
     * being read.
     */
    private int inMeta = -1;

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
        this.both = CharacterSink.both(all, shown);
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
        both.take(codePoint, start, end);
    }

    /** Reads a character reference. If it is within a tag, it belongs only to the text with tags. */
    private void reference(int codePoint, long start, long end) throws ContentException {
        if (Entities.goesOn(begun, codePoint)) {
            begun.take(codePoint, start, end);
            return;
        }
        boolean closes = endReference(codePoint, end);
        if (!closes) {
            take(codePoint, start, end);
        }
    }

    /** Ends a reference before the next character; returns whether that character belongs to the reference. */
    private boolean endReference(int next, long end) throws ContentException {
        boolean inTag = quote >= 0;
        state = inTag ? State.TAG : State.TEXT;
        CharacterSink sink = !inTag ? both : isInMeta() ? CharacterSink.both(all, meta) : all;
        boolean closes = Entities.of(begun, next, inTag).giveTo(sink, begun, next, end);
        begun.clear();
        return closes;
    }

    private void open(int codePoint, long start, long end) throws ContentException {
        if (begun.length() == 1 && !beginsTag(codePoint)) {
            state = State.TEXT;
            begun.giveTo(both, 0);
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
            inMeta = so.equalsIgnoreCase("<m") ? 1 : -1;
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
        if (state == State.TAG && inMeta >= 0) {
            meta(codePoint, start, end);
        }
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

    private boolean isInMeta() {
        return inMeta > META.length();
    }

    private void meta(int codePoint, long start, long end) throws ContentException {
        if (isInMeta()) {
            meta.take(codePoint, start, end);
        } else {
            boolean goesOn = inMeta < META.length()
                    ? Character.toLowerCase(codePoint) == META.charAt(inMeta)
                    : codePoint == '/' || codePoint <= ' ';
            inMeta = goesOn ? inMeta + 1 : -1;
        }
    }

    /** Ends a comment or section at an angle bracket that follows two characters {@code twice}, such as {@code -->}. */
    private void leaveAt(int codePoint, int twice) throws ContentException {
        if (codePoint == '>' && last == twice && lastButOne == twice) {
            leave();
        }
    }

    private void leave() throws ContentException {
        if (isInMeta()) {
            meta.end();
        }
        inMeta = -1;
        state = State.TEXT;
        quote = -1;
    }

    @Override
    public void end() throws ContentException {
        if (state == State.REFERENCE) {
            endReference(LogicalText.BROKEN, 0);
        }
        meta.end();
        begun.giveTo(both, 0);
        both.end();
    }

    @Override
    public long undecidedFrom() {
        long first = Math.min(all.undecidedFrom(), shown.undecidedFrom());
        return begun.length() == 0 ? first : Math.min(first, begun.startAt(0));
    }
}
