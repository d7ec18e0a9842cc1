package io.policyengine.policies.content.shared.content;

import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text (RFC 8259) character by character and hands on its strings, without their escapes. Numbers are not judged. Holds a
 * few words for each level that is open, at most {@link JsonPath#MAX_DEPTH}.
 */
final class JsonReader implements CharacterSink {
    private static final int MAX_NAME = 64;
    private static final int MAX_TOKEN = 32;

    /** Characters, less one, after which it tells how far it is. */
    private static final int PASSED_MASK = 1023;

    private final JsonStrings strings;
    private final boolean mustBeJson;
    private final JsonPath path = new JsonPath();
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder token = new StringBuilder();

    private State state = State.VALUE;
    private int count;
    private boolean begun;
    private boolean over;
    private boolean inName;
    private @Nullable CharacterSink string;

    private int escape;
    private int digits;
    private long escapeStart = Long.MAX_VALUE;
    /** The first half of a character that is written as two escapes; 0 if there is none. */
    private int high;

    private long highStart;
    private long highEnd;

    private enum State {
        VALUE,
        FIRST_ELEMENT,
        FIRST_NAME,
        NAME,
        COLON,
        AFTER,
        STRING,
        ESCAPE,
        HEX,
        NUMBER,
        LITERAL
    }

    private JsonReader(JsonStrings strings, boolean mustBeJson) {
        this.strings = strings;
        this.mustBeJson = mustBeJson;
    }

    /** A reader of a text that is refused if it is no JSON; an empty one is nothing. */
    static JsonReader ofJson(JsonStrings strings) {
        return new JsonReader(strings, true);
    }

    /** A reader of a text that is read for as long as it may be JSON. */
    static JsonReader ofWhatMayBeJson(JsonStrings strings) {
        return new JsonReader(strings, false);
    }

    /** True if an object, an array or a string begins so. */
    static boolean begins(int codePoint) {
        return codePoint == '{' || codePoint == '[' || codePoint == '"';
    }

    /** True for the blanks of JSON. */
    static boolean isBlank(int codePoint) {
        return codePoint == ' ' || codePoint == '\n' || codePoint == '\r' || codePoint == '\t';
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        if (over) {
            return;
        }
        if ((++count & PASSED_MASK) == 0) {
            strings.passed(start);
        }
        switch (state) {
            case STRING -> inString(codePoint, start, end);
            case ESCAPE -> escape(codePoint, end);
            case HEX -> hex(codePoint, end);
            case NUMBER -> number(codePoint, start);
            case LITERAL -> literal(codePoint);
            case VALUE, FIRST_ELEMENT, FIRST_NAME, NAME, COLON, AFTER -> {
                if (!isBlank(codePoint)) {
                    begun = true;
                    structure(codePoint, end);
                }
            }
        }
    }

    @Override
    public void end() throws ContentException {
        if (over) {
            return;
        }
        if (state == State.NUMBER) {
            endNumber();
        }
        boolean whole = path.depth() == 0 && (state == State.AFTER || (state == State.VALUE && !begun));
        if (whole) {
            giveUp();
        } else {
            malformed();
        }
    }

    @Override
    public long undecidedFrom() {
        if (over) {
            return Long.MAX_VALUE;
        }
        long first = Math.min(high != 0 ? Math.min(highStart, escapeStart) : escapeStart, strings.undecidedFrom());
        return string == null ? first : Math.min(first, string.undecidedFrom());
    }

    /** A text that need not be JSON and is none is not read on. */
    private void malformed() throws ContentException {
        if (mustBeJson) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
        giveUp();
    }

    private void giveUp() throws ContentException {
        over = true;
        if (string != null) {
            string.end();
        }
        strings.end();
    }

    private void structure(int codePoint, long end) throws ContentException {
        switch (state) {
            case FIRST_ELEMENT -> {
                if (codePoint == ']') {
                    close(false);
                } else {
                    value(codePoint, end);
                }
            }
            case FIRST_NAME -> {
                if (codePoint == '}') {
                    close(true);
                } else {
                    name(codePoint);
                }
            }
            case NAME -> name(codePoint);
            case COLON -> go(codePoint == ':', State.VALUE);
            case AFTER -> after(codePoint);
            case VALUE -> value(codePoint, end);
            case STRING, ESCAPE, HEX, NUMBER, LITERAL -> throw new IllegalStateException("within a value");
        }
    }

    private void go(boolean right, State next) throws ContentException {
        if (right) {
            state = next;
        } else {
            malformed();
        }
    }

    private void value(int codePoint, long end) throws ContentException {
        switch (codePoint) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> {
                inName = false;
                string = strings.value(path, end);
                state = State.STRING;
            }
            default -> {
                token.setLength(0);
                token.appendCodePoint(Math.max(0, codePoint));
                boolean number = codePoint == '-' || (codePoint >= '0' && codePoint <= '9');
                go(
                        number || codePoint == 't' || codePoint == 'f' || codePoint == 'n',
                        number ? State.NUMBER : State.LITERAL);
            }
        }
    }

    private void open(boolean object) throws ContentException {
        try {
            path.open(object);
        } catch (ContentException tooDeep) {
            giveUp();
            throw tooDeep;
        }
        state = object ? State.FIRST_NAME : State.FIRST_ELEMENT;
    }

    private void close(boolean object) throws ContentException {
        if (path.depth() == 0 || path.inObject() != object) {
            malformed();
            return;
        }
        path.close();
        state = State.AFTER;
    }

    private void after(int codePoint) throws ContentException {
        switch (codePoint) {
            case '}' -> close(true);
            case ']' -> close(false);
            default -> {
                boolean object = path.inObject();
                go(codePoint == ',' && path.depth() > 0, object ? State.NAME : State.VALUE);
                if (!over && !object) {
                    path.next();
                }
            }
        }
    }

    private void name(int codePoint) throws ContentException {
        if (codePoint != '"') {
            malformed();
            return;
        }
        inName = true;
        name.setLength(0);
        string = strings.name(path);
        state = State.STRING;
    }

    private void inString(int codePoint, long start, long end) throws ContentException {
        if (codePoint == '\\') {
            escapeStart = start;
            state = State.ESCAPE;
        } else if (codePoint == '"') {
            endString();
        } else if (codePoint >= 0 && codePoint < ' ') {
            malformed();
        } else {
            character(codePoint, start, end);
        }
    }

    private void endString() throws ContentException {
        flushHalf();
        if (string != null) {
            string.end();
            string = null;
        }
        if (inName) {
            path.named(name.toString());
        }
        state = inName ? State.COLON : State.AFTER;
    }

    private void character(int codePoint, long start, long end) throws ContentException {
        if (high != 0) {
            if (codePoint >= Character.MIN_LOW_SURROGATE && codePoint <= Character.MAX_LOW_SURROGATE) {
                int whole = Character.toCodePoint((char) high, (char) codePoint);
                high = 0;
                give(whole, highStart, end);
                return;
            }
            flushHalf();
        }
        if (codePoint >= Character.MIN_HIGH_SURROGATE && codePoint <= Character.MAX_HIGH_SURROGATE) {
            high = codePoint;
            highStart = start;
            highEnd = end;
        } else {
            give(codePoint, start, end);
        }
    }

    private void flushHalf() throws ContentException {
        if (high != 0) {
            high = 0;
            give(LogicalText.BROKEN, highStart, highEnd);
        }
    }

    private void give(int codePoint, long start, long end) throws ContentException {
        boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        if (inName && name.length() < MAX_NAME && codePoint >= 0 && !half) {
            name.appendCodePoint(codePoint);
        }
        if (string != null) {
            string.take(half ? LogicalText.BROKEN : codePoint, start, end);
        }
    }

    private void escape(int codePoint, long end) throws ContentException {
        int plain = switch (codePoint) {
            case '"', '\\', '/' -> codePoint;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
        if (codePoint == 'u') {
            escape = 0;
            digits = 0;
            state = State.HEX;
        } else if (plain < 0) {
            malformed();
        } else {
            endEscape(plain, end);
        }
    }

    private void hex(int codePoint, long end) throws ContentException {
        int digit = codePoint < 0x80 ? Character.digit(codePoint, 16) : -1;
        if (digit < 0) {
            malformed();
            return;
        }
        escape = (escape << 4) | digit;
        if (++digits == 4) {
            endEscape(escape, end);
        }
    }

    private void endEscape(int codePoint, long end) throws ContentException {
        long start = escapeStart;
        escapeStart = Long.MAX_VALUE;
        state = State.STRING;
        character(codePoint, start, end);
    }

    private void number(int codePoint, long start) throws ContentException {
        if ((codePoint >= '0' && codePoint <= '9')
                || codePoint == '.'
                || codePoint == '-'
                || codePoint == '+'
                || codePoint == 'e'
                || codePoint == 'E') {
            if (token.length() < MAX_TOKEN) {
                token.append((char) codePoint);
            }
        } else {
            endNumber();
            take(codePoint, start, start);
        }
    }

    private void endNumber() {
        strings.number(path, token.toString());
        state = State.AFTER;
    }

    private void literal(int codePoint) throws ContentException {
        token.appendCodePoint(Math.max(0, codePoint));
        String so = token.toString();
        if (so.equals("true") || so.equals("false") || so.equals("null")) {
            state = State.AFTER;
        } else if (!"true".startsWith(so) && !"false".startsWith(so) && !"null".startsWith(so)) {
            malformed();
        }
    }
}
