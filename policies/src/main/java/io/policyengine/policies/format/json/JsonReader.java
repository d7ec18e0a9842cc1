package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The incremental reader of JSON (RFC 8259): takes a text in pieces of any length, and reports its parts to a sink. The
 * text consists of octets of UTF-8 without a byte order mark, or of characters that were decoded elsewhere. Whether the
 * text is accepted does not depend on how it is divided. A fault is reported at the first octet or character that
 * causes it.
 *
 * <p>A strict reader requires that an object's names are unique after their escapes are decoded, and contain no
 * unpaired surrogates. {@link JsonLimits#duplicates} permits both.
 *
 * <p>A {@linkplain #lenient lenient} reader accepts whatever any common reader accepts.
 *
 * <p>A reader holds a few numbers for each open level. If names must be unique, it also holds 8 to 32 bytes for each name of the open objects. Time is linear in the text.
 *
 * @param <X> the exceptions of the sink
 */
public sealed class JsonReader<X extends Exception> permits LenientJsonReader {
    private static final String[] LITERALS = {"true", "false", "null"};
    final JsonLimits limits;
    final @Nullable JsonSink<X> sink;
    final JsonLevels levels;
    final JsonString<X> string;
    final JsonNumber number;

    State state = State.VALUE;
    private String literal = "";
    private int matched;
    /** The position of the next octet. */
    private long position;
    /** The position of the current character. */
    long from;

    long to;

    enum State {
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

    JsonReader(JsonLimits limits, @Nullable JsonSink<X> sink, boolean isLenient) {
        this.limits = limits;
        this.sink = sink;
        this.levels = new JsonLevels(limits);
        this.string = new JsonString<>(limits, sink, isLenient);
        this.number = new JsonNumber(limits.numberDigits(), isLenient);
    }

    /** Creates a reader that reports to a sink. */
    public JsonReader(JsonLimits limits, JsonSink<X> sink) {
        this(limits, sink, false);
    }

    /** Creates a reader that only validates a JSON text. */
    public static JsonReader<RuntimeException> judging(JsonLimits limits) {
        return new JsonReader<>(limits, null, false);
    }

    /** Creates a reader that only validates a text, and accepts what any common JSON reader accepts. */
    public static JsonReader<RuntimeException> judgingLeniently(JsonLimits limits) {
        return new LenientJsonReader<>(limits, null);
    }

    /**
     * Creates a lenient reader, for searching texts that need not be JSON. It accepts every text that a strict one
     * accepts.
     */
    public static <X extends Exception> JsonReader<X> lenient(JsonLimits limits, JsonSink<X> sink) {
        return new LenientJsonReader<>(limits, sink);
    }

    /** Returns whether the character is white space of JSON. */
    public static boolean isBlank(int character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    /** Returns whether a common reader skips the character between values: any blank or control character. */
    public static boolean isSkipped(int character) {
        return (character >= 0 && character <= ' ')
                || character == 0x7F
                || character == 0x85
                || character == 0xFEFF
                || (character > 0x7F && Character.isSpaceChar(character));
    }

    /** Returns whether a lenient reader may find an object or an array in a text that begins with the character. */
    public static boolean mayBegin(int character) {
        return character == '{' || character == '[' || character == '/' || character == '#' || character == ')';
    }

    /**
     * Reads the next octets.
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
     * Reads the next character, which was decoded from the octets at {@code start} (inclusive) to {@code end}
     * (exclusive). A negative value represents octets that are not a character.
     *
     * @throws JsonFault as {@link #take(byte[], int, int)}
     */
    public void take(int codePoint, long start, long end) throws JsonFault, X {
        from = start;
        to = end;
        position = end;
        if (state == State.STRING) {
            string.take(codePoint, start, end);
            if (string.isEnded() && string.isBare()) {
                to = start;
                endString();
                to = end;
                take(codePoint);
            } else if (string.isEnded()) {
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
        require(levels.depth() == 0 && mayEnd());
    }

    /** Returns whether the text may end at this position if no container is open. */
    boolean mayEnd() {
        return state == State.AFTER;
    }

    /**
     * Returns the position of the first octet of an incomplete character; {@code Long.MAX_VALUE} if no character is
     * incomplete.
     */
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

    static void require(boolean holds) throws JsonFault {
        if (!holds) {
            throw new JsonFault(Kind.MALFORMED);
        }
    }

    void take(int character) throws JsonFault, X {
        switch (state) {
            case NUMBER -> {
                if (number.take(character)) {
                    digit(character);
                } else {
                    endNumber();
                    afterNumber(character);
                }
            }
            case LITERAL -> literal(character);
            case VALUE, FIRST_ELEMENT, FIRST_NAME, NAME, COLON, AFTER, STRING -> between(character);
        }
    }

    /** Handles the first character after a number. */
    void afterNumber(int character) throws JsonFault, X {
        take(character);
    }

    /** Handles a character between values and names. */
    void between(int character) throws JsonFault, X {
        if (!isBlank(character)) {
            structure(character);
        }
    }

    final void structure(int character) throws JsonFault, X {
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

    void value(int character) throws JsonFault, X {
        levels.element();
        switch (character) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> beginString(character);
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

    final void beginString(int mark) throws X {
        if (sink != null) {
            sink.beginString(from, to);
        }
        string.begin(false, mark, to);
        state = State.STRING;
    }

    final void open(boolean isObject) throws JsonFault, X {
        levels.open(isObject);
        state = isObject ? State.FIRST_NAME : State.FIRST_ELEMENT;
        if (sink != null) {
            sink.open(isObject, from);
        }
    }

    final void close(boolean isObject) throws JsonFault, X {
        require(levels.depth() > 0 && levels.inObject() == isObject);
        levels.close();
        state = State.AFTER;
        if (sink != null) {
            sink.close(to);
        }
    }

    final void after(int character) throws JsonFault, X {
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

    void name(int character) throws JsonFault, X {
        require(character == '"');
        beginName(character, to);
    }

    /**
     * Begins a name.
     *
     * @param start the position of its first character
     */
    final void beginName(int mark, long start) throws JsonFault, X {
        levels.member();
        if (sink != null) {
            sink.beginName(from, start);
        }
        state = State.STRING;
        string.begin(true, mark, start);
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
