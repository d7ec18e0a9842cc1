package io.policyengine.policies.content.shared.content;

import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.json.JsonSink;
import org.jspecify.annotations.Nullable;

/** The strings of one JSON text, without their escapes, as {@link JsonReader} finds them. Beside that reader it holds the path to the place. */
final class JsonTextReader implements CharacterSink, JsonSink<ContentException> {
    /** Most names that are held to find out whether one stands twice. */
    static final int MAX_NAMES = 100_000;

    private static final int MAX_NAME = 64;
    private static final int MAX_TOKEN = 32;
    private static final int MAX = Integer.MAX_VALUE;
    private static final JsonLimits STRICT = new JsonLimits(JsonPath.MAX_DEPTH, MAX, MAX, MAX, MAX, MAX, false);
    private static final JsonLimits LENIENT = new JsonLimits(JsonPath.MAX_DEPTH, MAX, MAX, MAX, MAX, MAX, true);

    /** Characters, less one, after which it reports how far it is. */
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

    /** The ways in which a text is JSON. */
    private enum Kind {
        /** The body is stated to be JSON, and is refused if it is not. */
        STATED,
        /** The text is the data of an event, which may be something else. */
        EVENT,
        /** The text is all of a body or part of another type, and may be JSON. */
        WHOLE,
        /** The text stands in another text, and may be JSON. */
        WITHIN
    }

    private JsonTextReader(JsonStrings strings, Kind kind) {
        this.strings = strings;
        this.mustBeJson = kind == Kind.STATED || kind == Kind.EVENT;
        this.reader = switch (kind) {
            case STATED -> new JsonReader<>(STRICT, this);
            case EVENT, WHOLE -> JsonReader.lenient(STRICT, this);
            case WITHIN -> JsonReader.lenient(LENIENT, this);
        };
    }

    /** Creates a reader of a text that is refused if it is no JSON; an empty one is nothing. */
    static JsonTextReader ofJson(JsonStrings strings) {
        return new JsonTextReader(strings, Kind.STATED);
    }

    /** Creates a reader of the data of an event: malformed if it is no JSON. */
    static JsonTextReader ofEvent(JsonStrings strings) {
        return new JsonTextReader(strings, Kind.EVENT);
    }

    /**
     * Creates a reader of a text that is read for as long as it may be JSON.
     *
     * @param isWhole true if it is all of a body or part: then the next server may read it as JSON, and a name that stands twice refuses it
     */
    static JsonTextReader ofWhatMayBeJson(JsonStrings strings, boolean isWhole) {
        return new JsonTextReader(strings, isWhole ? Kind.WHOLE : Kind.WITHIN);
    }

    /** True if an object, an array or a string begins so. */
    static boolean begins(int codePoint) {
        return codePoint == '{' || codePoint == '[' || codePoint == '"';
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

    /** A text that need not be JSON and is none is not read on. */
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
