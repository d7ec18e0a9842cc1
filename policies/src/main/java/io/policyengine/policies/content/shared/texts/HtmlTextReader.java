package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.content.shared.texts.Entities.Entity;
import io.policyengine.policies.format.json.JsonReader;
import java.util.Set;

/**
 * Reads the displayed text of HTML outside of SVG and MathML (WHATWG HTML §13.2.5). In such text, a CDATA section is a
 * comment, comments of unknown kinds end at their first angle bracket, and some elements contain text only. {@link
 * MarkupReader} reads the same markup by the rules that apply inside SVG and MathML.
 */
final class HtmlTextReader implements CharacterSink {
    private static final String PLAIN = "plaintext";
    private static final Set<String> WITH_REFERENCES = Set.of("title", "textarea");
    private static final Set<String> TEXT_ONLY =
            Set.of("script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea", PLAIN);

    /** Maximum characters of a tag's name that are kept. All elements that contain text only have shorter names. */
    private static final int MAX_NAME = 16;

    private final Channel shown;
    private final MetaCharset meta = new MetaCharset();

    /** The beginning of a possible tag or reference. */
    private final Characters begun = new Characters(16);

    private final StringBuilder name = new StringBuilder(MAX_NAME);
    private State state = State.TEXT;
    /** The state to which the reader returns after the current reference. */
    private State within = State.TEXT;
    /** The name of the current element that contains text only; empty outside of such elements. */
    private String textOnly = "";

    private boolean isEndTag;
    private int quote;
    private int dashes;
    /** True until a comment has a character other than a hyphen. */
    private boolean fresh;

    private boolean bang;

    private enum State {
        TEXT,
        REFERENCE,
        /** The state after {@code <}. */
        OPEN,
        /** The state after {@code </}, outside of elements that contain text only. */
        END_OPEN,
        /** The state after {@code </} in an element that contains text only. */
        TEXT_END,
        TAG_NAME,
        BEFORE_ATTRIBUTE,
        ATTRIBUTE,
        AFTER_ATTRIBUTE,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        /** The state after {@code <!}. */
        DECLARATION,
        COMMENT,
        BOGUS
    }

    HtmlTextReader(Texts texts, Spelling written) throws ContentException {
        this.shown = Channel.begin(texts, TextPlace.plain(), written.inMarkup(), 1);
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        switch (state) {
            case TEXT -> text(codePoint, start, end);
            case REFERENCE -> reference(codePoint, start, end);
            case OPEN -> open(codePoint, start, end);
            case END_OPEN -> {
                begun.clear();
                if (isLetter(codePoint)) {
                    beginTag(codePoint, true);
                } else {
                    state = codePoint == '>' ? State.TEXT : State.BOGUS;
                }
            }
            case TEXT_END -> textEnd(codePoint, start, end);
            case TAG_NAME, BEFORE_ATTRIBUTE, ATTRIBUTE, AFTER_ATTRIBUTE, BEFORE_VALUE, VALUE, QUOTED ->
                tag(codePoint, start, end);
            case DECLARATION -> declaration(codePoint);
            case COMMENT -> comment(codePoint);
            case BOGUS -> state = codePoint == '>' ? State.TEXT : State.BOGUS;
        }
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    private void text(int codePoint, long start, long end) throws ContentException {
        boolean references = textOnly.isEmpty() || WITH_REFERENCES.contains(textOnly);
        if (codePoint == '&' && references) {
            begun.take(codePoint, start, end);
            within = State.TEXT;
            state = State.REFERENCE;
        } else if (codePoint == '<' && !textOnly.equals(PLAIN)) {
            begun.take(codePoint, start, end);
            state = State.OPEN;
        } else {
            shown.take(codePoint, start, end);
        }
    }

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

    /**
     * Ends a character reference before the next character; returns whether that character belongs to the reference.
     */
    private boolean endReference(int next, long end) throws ContentException {
        state = within;
        Entity entity = Entities.of(begun, next, within != State.TEXT);
        CharacterSink sink = within == State.TEXT ? shown : meta;
        boolean closes = entity.giveTo(sink, begun, next, end);
        begun.clear();
        return closes;
    }

    private void open(int codePoint, long start, long end) throws ContentException {
        if (codePoint == '/') {
            begun.take(codePoint, start, end);
            name.setLength(0);
            state = textOnly.isEmpty() ? State.END_OPEN : State.TEXT_END;
        } else if (textOnly.isEmpty() && isLetter(codePoint)) {
            begun.clear();
            beginTag(codePoint, false);
        } else if (textOnly.isEmpty() && (codePoint == '!' || codePoint == '?')) {
            begun.clear();
            dashes = 0;
            state = codePoint == '!' ? State.DECLARATION : State.BOGUS;
        } else {
            backToText(codePoint, start, end);
        }
    }

    /** Passes on characters that turned out not to be a tag, and reads the next character as text. */
    private void backToText(int codePoint, long start, long end) throws ContentException {
        begun.giveTo(shown, 0);
        begun.clear();
        state = State.TEXT;
        text(codePoint, start, end);
    }

    private void beginTag(int codePoint, boolean endTag) {
        isEndTag = endTag;
        name.setLength(0);
        name.append((char) lower(codePoint));
        state = State.TAG_NAME;
    }

    private void textEnd(int codePoint, long start, long end) throws ContentException {
        int at = name.length();
        if (at < textOnly.length() && lower(codePoint) == textOnly.charAt(at)) {
            begun.take(codePoint, start, end);
            name.append((char) lower(codePoint));
        } else if (at == textOnly.length() && (isBlank(codePoint) || codePoint == '/' || codePoint == '>')) {
            begun.clear();
            textOnly = "";
            isEndTag = true;
            state = State.TAG_NAME;
            tag(codePoint, start, end);
        } else {
            backToText(codePoint, start, end);
        }
    }

    private static boolean isBlank(int c) {
        return JsonReader.isBlank(c) || c == '\f';
    }

    private void tag(int c, long start, long end) throws ContentException {
        boolean isMeta = !isEndTag && state != State.TAG_NAME && name.toString().equals("meta");
        boolean inValue = state == State.VALUE || state == State.QUOTED;
        if (isMeta && inValue && c == '&') {
            begun.take(c, start, end);
            within = state;
            state = State.REFERENCE;
            return;
        }
        if (isMeta) {
            meta.take(c, start, end);
        }
        if (state == State.QUOTED) {
            state = c == quote ? State.BEFORE_ATTRIBUTE : State.QUOTED;
        } else if (c == '>') {
            endTag(isMeta);
        } else {
            state = next(c);
        }
    }

    private State next(int c) {
        boolean blank = isBlank(c);
        return switch (state) {
            case TAG_NAME -> {
                if (!blank && c != '/' && name.length() < MAX_NAME) {
                    name.appendCodePoint(Math.max(0, lower(c)));
                }
                yield blank || c == '/' ? State.BEFORE_ATTRIBUTE : State.TAG_NAME;
            }
            case BEFORE_ATTRIBUTE -> blank || c == '/' ? State.BEFORE_ATTRIBUTE : State.ATTRIBUTE;
            case ATTRIBUTE, AFTER_ATTRIBUTE -> {
                if (c == '=') {
                    yield State.BEFORE_VALUE;
                }
                yield blank ? State.AFTER_ATTRIBUTE : c == '/' ? State.BEFORE_ATTRIBUTE : State.ATTRIBUTE;
            }
            case BEFORE_VALUE -> {
                quote = c;
                boolean quoted = c == '"' || c == '\'';
                yield blank ? State.BEFORE_VALUE : quoted ? State.QUOTED : State.VALUE;
            }
            case VALUE -> blank ? State.BEFORE_ATTRIBUTE : State.VALUE;
            case TEXT, REFERENCE, OPEN, END_OPEN, TEXT_END, QUOTED, DECLARATION, COMMENT, BOGUS -> state;
        };
    }

    private void endTag(boolean isMeta) throws ContentException {
        state = State.TEXT;
        if (isMeta) {
            meta.end();
        } else if (!isEndTag && TEXT_ONLY.contains(name.toString())) {
            textOnly = name.toString();
        }
    }

    private void declaration(int codePoint) {
        if (codePoint == '-') {
            dashes++;
            if (dashes == 2) {
                dashes = 0;
                fresh = true;
                bang = false;
                state = State.COMMENT;
            }
        } else {
            state = codePoint == '>' ? State.TEXT : State.BOGUS;
        }
    }

    private void comment(int codePoint) {
        if (codePoint == '>' && (dashes >= 2 || bang || fresh)) {
            state = State.TEXT;
        } else if (codePoint == '-') {
            dashes++;
            bang = false;
        } else {
            bang = codePoint == '!' && dashes >= 2;
            dashes = 0;
            fresh = false;
        }
    }

    @Override
    public void end() throws ContentException {
        if (state == State.REFERENCE) {
            endReference(LogicalText.BROKEN, 0);
        }
        meta.end();
        begun.giveTo(shown, 0);
        shown.end();
    }

    @Override
    public long undecidedFrom() {
        long first = shown.undecidedFrom();
        return begun.length() == 0 ? first : Math.min(first, begun.startAt(0));
    }
}
