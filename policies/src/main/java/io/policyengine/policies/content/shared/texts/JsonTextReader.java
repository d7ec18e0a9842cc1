package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.json.JsonSink;
import org.jspecify.annotations.Nullable;

/** Reads the strings of one JSON text, unescaped, through a {@link JsonReader}, and keeps the current path. */
final class JsonTextReader implements CharacterSink, JsonSink<ContentException> {
    /** Maximum number of names of open objects that are held to detect duplicates in a JSON text. */
    static final int MAX_NAMES = 100_000;

    /** Maximum number of characters that are kept of a member's name. */
    private static final int MAX_NAME = 64;

    /** Maximum number of characters that are kept of a number. */
    private static final int MAX_TOKEN = 32;

    private static final int MAX = Integer.MAX_VALUE;
    private static final JsonLimits STRICT = new JsonLimits(JsonPath.MAX_DEPTH, MAX, MAX, MAX, MAX, MAX, false);
    private static final JsonLimits LENIENT = new JsonLimits(JsonPath.MAX_DEPTH, MAX, MAX, MAX, MAX, MAX, true);

    /** Mask of the number of characters read. Progress is reported each time the masked number is zero. */
    private static final int PASSED_MASK = 1023;

    private final JsonStrings strings;
    private final boolean mustBeJson;
    private final JsonReader<ContentException> reader;
    private final JsonPath path = new JsonPath();
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder token = new StringBuilder();

    private int count;
    private boolean begun;
    private boolean over;
    private boolean inName;
    private @Nullable CharacterSink string;

    /** The reasons for reading a text as JSON. */
    private enum Kind {
        /** The content type is JSON, so any other content is refused. */
        STATED,
        /** The text is the data of an event, which is read as plain text if it is not JSON. */
        EVENT,
        /** The text is a whole body or part. Its stated type is not JSON, but the text may be JSON. */
        WHOLE,
        /** The text is part of another text, and may be JSON. */
        WITHIN
    }

    private JsonTextReader(JsonStrings strings, Kind kind) {
        this.strings = strings;
        this.mustBeJson = kind == Kind.STATED || kind == Kind.EVENT;
        this.reader = switch (kind) {
            case STATED, EVENT -> new JsonReader<>(STRICT, this);
            case WHOLE -> JsonReader.lenient(STRICT, this);
            case WITHIN -> JsonReader.lenient(LENIENT, this);
        };
    }

    /** Creates a reader of a text that must be JSON or empty; otherwise the body is refused. */
    static JsonTextReader ofJson(JsonStrings strings) {
        return new JsonTextReader(strings, Kind.STATED);
    }

    /** Creates a reader of an event's data. It throws {@link ContentFault#MALFORMED} if the data is not JSON. */
    static JsonTextReader ofEvent(JsonStrings strings) {
        return new JsonTextReader(strings, Kind.EVENT);
    }

    /**
     * Creates a reader that reads a text until every common JSON reader would reject it.
     *
     * @param isWhole true for a whole body or part. Since the next server may read it as JSON, a duplicate name refuses
     *     the body
     */
    static JsonTextReader ofWhatMayBeJson(JsonStrings strings, boolean isWhole) {
        return new JsonTextReader(strings, isWhole ? Kind.WHOLE : Kind.WITHIN);
    }

    /** Returns whether an object, an array or a string may begin with the character. */
    static boolean begins(int codePoint) {
        return codePoint == '"' || JsonReader.mayBegin(codePoint);
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        if (over) {
            return;
        }
        if ((++count & PASSED_MASK) == 0) {
            strings.passed(start);
        }
        begun = begun || !JsonReader.isBlank(codePoint);
        try {
            reader.take(codePoint, start, end);
        } catch (JsonFault fault) {
            refuse(fault);
        }
    }

    @Override
    public void end() throws ContentException {
        if (over) {
            return;
        }
        try {
            if (begun) {
                reader.end();
            }
            giveUp();
        } catch (JsonFault fault) {
            refuse(fault);
        }
    }

    @Override
    public long undecidedFrom() {
        if (over) {
            return Long.MAX_VALUE;
        }
        long first = Math.min(reader.undecidedFrom(), strings.undecidedFrom());
        return string == null ? first : Math.min(first, string.undecidedFrom());
    }

    /** Handles a fault. Stops reading a malformed text that need not be JSON; refuses the body for any other fault. */
    private void refuse(JsonFault fault) throws ContentException {
        switch (fault.kind()) {
            case MALFORMED -> {
                if (mustBeJson) {
                    throw ContentException.of(ContentFault.MALFORMED);
                }
                giveUp();
            }
            case DUPLICATE -> throw ContentException.of(ContentFault.AMBIGUOUS);
            case DEPTH, MEMBERS, ELEMENTS, STRING, NAME, NUMBER -> {
                giveUp();
                throw ContentException.of(ContentFault.TOO_COMPLEX);
            }
        }
    }

    private void giveUp() throws ContentException {
        over = true;
        strings.holdsNames(0);
        if (string != null) {
            string.end();
        }
        strings.end();
    }

    @Override
    public void open(boolean isObject, long start) {
        path.open(isObject);
    }

    @Override
    public void close(long end) {
        path.close();
        strings.holdsNames(reader.heldNames());
    }

    @Override
    public void comma() {
        path.next();
    }

    @Override
    public void beginName(long start, long end) throws ContentException {
        inName = true;
        name.setLength(0);
        string = strings.name(path);
    }

    @Override
    public void beginString(long start, long end) throws ContentException {
        inName = false;
        string = strings.value(path, end);
    }

    @Override
    public void character(int codePoint, long start, long end) throws ContentException {
        boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        if (inName && name.length() < MAX_NAME && codePoint >= 0 && !half) {
            name.appendCodePoint(codePoint);
        }
        if (string != null) {
            string.take(half ? LogicalText.BROKEN : codePoint, start, end);
        }
    }

    @Override
    public void endName(long end) throws ContentException {
        endString(end);
        path.named(name.toString());
        strings.holdsNames(reader.heldNames());
        if (reader.heldNames() > MAX_NAMES) {
            giveUp();
            throw ContentException.of(ContentFault.TOO_COMPLEX);
        }
    }

    @Override
    public void endString(long end) throws ContentException {
        if (string != null) {
            string.end();
            string = null;
        }
    }

    @Override
    public void digit(int character, long start) {
        if (token.length() < MAX_TOKEN) {
            token.append((char) character);
        }
    }

    @Override
    public void endNumber(long end) {
        strings.number(path, token.toString());
        token.setLength(0);
    }
}
