package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The incremental reader of JSON (RFC 8259): takes a text in pieces of any length, and reports its parts to a sink. The
 * text consists of octets of UTF-8 without a byte order mark, or of characters that were decoded elsewhere. Whether the
 * text is accepted depends only on the text, not on its division, and is reported at the first octet or character that
 * decides it.
 *
 * <p>A strict reader requires that the names of an object are unique after their escapes are decoded, and contain no
 * unpaired surrogates. {@link JsonLimits#duplicates} waives both. A {@linkplain #lenient lenient} reader accepts any
 * sequence of number characters as a number; in everything else it is as strict.
 *
 * <p>Holds a few numbers for each open level and, if names must be unique, 8 to 32 bytes for each name of the open
 * objects. Time is linear in the text.
 *
 * @param <X> the exceptions of the sink
 */
public final class JsonReader<X extends Exception> {
    private static final String[] LITERALS = {"true", "false", "null"};

    private final JsonLimits limits;
    private final @Nullable JsonSink<X> sink;
    private final JsonLevels levels;
    private final JsonString<X> string;
    private final JsonNumber number;

    private State state = State.VALUE;
    private String literal = "";
    private int matched;
    /** The number of octets before the next octet. */
    private long position;
    /** The position of the current character. */
    private long from;

    private long to;

    private enum State {
        /** A value must follow. */
        VALUE,
        /** The first element of an array, or its end, must follow. */
        FIRST_ELEMENT,
        /** The first name of an object, or its end, must follow. */
        FIRST_NAME,
        NAME,
        COLON,
        /** A comma, the end of the container, or the end of the text must follow. */
        AFTER,
        STRING,
        NUMBER,
        LITERAL
    }

    private JsonReader(JsonLimits limits, @Nullable JsonSink<X> sink, boolean isLenient) {
        this.limits = limits;
        this.sink = sink;
        this.levels = new JsonLevels(limits);
        this.string = new JsonString<>(limits, sink);
        this.number = new JsonNumber(limits.numberDigits(), isLenient);
    }

    /** Creates a reader that reports to a sink. */
    public JsonReader(JsonLimits limits, JsonSink<X> sink) {
        this(limits, sink, false);
    }

    /** Creates a reader that only validates. */
    public static JsonReader<RuntimeException> judging(JsonLimits limits) {
        return new JsonReader<>(limits, null, false);
    }

    /**
     * Creates a lenient reader, to search texts that need not be JSON. It accepts every text that a strict reader
     * accepts, and more.
     */
    public static <X extends Exception> JsonReader<X> lenient(JsonLimits limits, JsonSink<X> sink) {
        return new JsonReader<>(limits, sink, true);
    }

    /** Returns whether the character is white space of JSON. */
    public static boolean isBlank(int character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    /**
     * Takes the next octets.
     *
     * @throws JsonFault if no text that begins like this is JSON within the limits; the reader is unusable afterwards
     */
    public void take(byte[] octets, int start, int end) throws JsonFault, X {
        long base = position - start;
        int i = start;
        while (i < end) {
            if (state == State.STRING) {
                i = string.take(octets, i, end, base);
                from = base + i - 1;
                to = base + i;
                if (string.isEnded()) {
                    endString();
                }
            } else {
                from = base + i;
                to = from + 1;
                take(octets[i] & 0xFF);
                i++;
            }
        }
        position = base + end;
    }

    /**
     * Takes the next character, which the octets from {@code start} to before {@code end} encode. A negative value
     * represents octets that are not a character.
     *
     * @throws JsonFault as {@link #take(byte[], int, int)}
     */
    public void take(int codePoint, long start, long end) throws JsonFault, X {
        from = start;
        to = end;
        position = end;
        if (state == State.STRING) {
            string.take(codePoint, start, end);
            if (string.isEnded()) {
                endString();
            }
        } else {
            take(codePoint);
        }
    }

    /**
     * Ends the text.
     *
     * @throws JsonFault if the text is incomplete
     */
    public void end() throws JsonFault, X {
        if (state == State.NUMBER) {
            from = position;
            endNumber();
        }
        require(levels.depth() == 0 && state == State.AFTER);
    }

    /** Returns the position of the first octet of an incomplete character, or {@code Long.MAX_VALUE}. */
    public long undecidedFrom() {
        return state == State.STRING ? string.undecidedFrom() : Long.MAX_VALUE;
    }

    /** Returns the position of the last character examined; after a fault, the position of the fault. */
    public long place() {
        return state == State.STRING ? Math.max(from, string.place()) : from;
    }

    /** Returns the number of names held for open objects. */
    public int heldNames() {
        return levels.heldNames();
    }

    /** Returns the bytes of memory held for the names of objects. */
    public long heldBytes() {
        return levels.heldBytes();
    }

    private static void require(boolean holds) throws JsonFault {
        if (!holds) {
            throw new JsonFault(Kind.MALFORMED);
        }
    }

    private void take(int character) throws JsonFault, X {
        switch (state) {
            case NUMBER -> {
                if (number.take(character)) {
                    digit(character);
                } else {
                    endNumber();
                    take(character);
                }
            }
            case LITERAL -> literal(character);
            case VALUE, FIRST_ELEMENT, FIRST_NAME, NAME, COLON, AFTER, STRING -> {
                if (!isBlank(character)) {
                    structure(character);
                }
            }
        }
    }

    private void structure(int character) throws JsonFault, X {
        switch (state) {
            case FIRST_ELEMENT -> {
                if (character == ']') {
                    close(false);
                } else {
                    value(character);
                }
            }
            case FIRST_NAME -> {
                if (character == '}') {
                    close(true);
                } else {
                    name(character);
                }
            }
            case NAME -> name(character);
            case COLON -> {
                require(character == ':');
                state = State.VALUE;
            }
            case AFTER -> after(character);
            case VALUE, STRING, NUMBER, LITERAL -> value(character);
        }
    }

    private void value(int character) throws JsonFault, X {
        levels.element();
        switch (character) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> {
                if (sink != null) {
                    sink.beginString(from, to);
                }
                string.begin(false, to);
                state = State.STRING;
            }
            case 't', 'f', 'n' -> {
                literal = LITERALS[character == 't' ? 0 : character == 'f' ? 1 : 2];
                matched = 1;
                state = State.LITERAL;
            }
            default -> {
                number.begin(character);
                state = State.NUMBER;
                digit(character);
            }
        }
    }

    private void open(boolean isObject) throws JsonFault, X {
        levels.open(isObject);
        state = isObject ? State.FIRST_NAME : State.FIRST_ELEMENT;
        if (sink != null) {
            sink.open(isObject, from);
        }
    }

    private void close(boolean isObject) throws JsonFault, X {
        require(levels.depth() > 0 && levels.inObject() == isObject);
        levels.close();
        state = State.AFTER;
        if (sink != null) {
            sink.close(to);
        }
    }

    private void after(int character) throws JsonFault, X {
        switch (character) {
            case '}' -> close(true);
            case ']' -> close(false);
            default -> {
                require(character == ',' && levels.depth() > 0);
                state = levels.inObject() ? State.NAME : State.VALUE;
                if (sink != null) {
                    sink.comma();
                }
            }
        }
    }

    private void name(int character) throws JsonFault, X {
        require(character == '"');
        levels.member();
        if (sink != null) {
            sink.beginName(from, to);
        }
        string.begin(true, to);
        state = State.STRING;
    }

    private void endString() throws JsonFault, X {
        if (string.isName()) {
            if (!limits.duplicates()) {
                levels.name(string.digest());
            }
            state = State.COLON;
            if (sink != null) {
                sink.endName(to);
            }
        } else {
            state = State.AFTER;
            if (sink != null) {
                sink.endString(to);
            }
        }
    }

    private void literal(int character) throws JsonFault, X {
        require(character == literal.charAt(matched));
        if (++matched == literal.length()) {
            state = State.AFTER;
            if (sink != null) {
                sink.literal(literal.charAt(0), to);
            }
        }
    }

    private void digit(int character) throws X {
        if (sink != null) {
            sink.digit(character, from);
        }
    }

    /** Ends the number before the current character. */
    private void endNumber() throws JsonFault, X {
        require(number.mayEnd());
        state = State.AFTER;
        if (sink != null) {
            sink.endNumber(from);
        }
    }
}
