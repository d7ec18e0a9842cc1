package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;
import io.policyengine.policies.format.utf8.Utf8Check;
import org.jspecify.annotations.Nullable;

/** Reads the content of a string or name in JSON. Decodes escapes and joins surrogate pairs. */
final class JsonString<X extends Exception> {
    private static final long DIGEST_START = 0xcbf29ce484222325L;
    private static final long DIGEST_FACTOR = 0x9E3779B97F4A7C15L;
    /** The placeholder for the quotation mark of an unquoted name. The name ends before a structural character. */
    static final int BARE = 0;

    /** The value that represents octets that are not a character. */
    private static final int BROKEN = -1;

    private static final int REPLACEMENT = 0xFFFD;
    private static final int HEX_DIGITS = 4;
    private static final int SHORT_HEX_DIGITS = 2;

    private final JsonLimits limits;
    private final @Nullable JsonSink<X> sink;
    private final boolean isLenient;
    private final Utf8Check utf8 = new Utf8Check();

    private State state = State.ENDED;
    private boolean isName;
    private int quote = '"';
    private boolean isSeen;

    private long length;
    private long digest;
    private long place;

    private long characterStart;
    private long escapeStart;
    private int escape;
    private int digitsLeft;
    /** The pending first half of a surrogate pair; 0 if none. */
    private int high;

    private long highStart;
    private long highEnd;

    private enum State {
        ENDED,
        PLAIN,
        ESCAPE,
        HEX
    }

    /**
     * Creates a reader of strings.
     *
     * @param isLenient true to accept what any common reader accepts
     */
    JsonString(JsonLimits limits, @Nullable JsonSink<X> sink, boolean isLenient) {
        this.isLenient = isLenient;
        this.limits = limits;
        this.sink = sink;
    }

    /**
     * Begins a string or name. Its quotation mark ends before the position {@code behind}, and the sink has received
     * its beginning.
     */
    void begin(boolean name, int mark, long behind) {
        isName = name;
        quote = mark;
        isSeen = sink != null && sink.wantsCharacters();
        state = State.PLAIN;
        length = 0;
        digest = DIGEST_START;
        place = behind;
    }

    /**
     * Returns whether the string is unquoted. The character after an unquoted string ends it without being part of it.
     */
    boolean isBare() {
        return quote == BARE;
    }

    boolean isName() {
        return isName;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    /**
     * Returns a digest of the name that has ended. Different names have equal digests only by chance, or if the text's
     * author intends it.
     */
    long digest() {
        return digest;
    }

    /** Returns the position of the last octet examined. */
    long place() {
        return place;
    }

    /**
     * Returns the position of the first octet of an incomplete character; {@code Long.MAX_VALUE} if no character is
     * incomplete.
     */
    long undecidedFrom() {
        if (high != 0) {
            return highStart;
        }
        if (state == State.ESCAPE || state == State.HEX) {
            return escapeStart;
        }
        return utf8.isWithin() ? characterStart : Long.MAX_VALUE;
    }

    /** Reads octets up to the end of the string; returns the index after the last octet that belongs to the string. */
    int take(byte[] octets, int start, int end, long base) throws JsonFault, X {
        for (int i = start; i < end; i++) {
            int octet = octets[i];
            boolean isPlain = octet >= ' ' && octet != quote && octet != '\\' && quote != BARE;
            if (isPlain && !isSeen && state == State.PLAIN && high == 0 && !utf8.isWithin()) {
                measure(octet);
                continue;
            }
            place = base + i;
            octet(octet & 0xFF);
            if (state == State.ENDED) {
                return isBare() ? i : i + 1;
            }
        }
        return end;
    }

    private void octet(int octet) throws JsonFault, X {
        if (octet < 0x80 && !utf8.isWithin()) {
            take(octet, place, place + 1);
            return;
        }
        boolean isBegun = utf8.isWithin();
        if (!isBegun) {
            state = isLenient && state == State.ESCAPE ? State.PLAIN : state;
            require(state == State.PLAIN);
            characterStart = place;
        }
        if (!utf8.take(octet)) {
            require(isLenient);
            character(BROKEN, characterStart, isBegun ? place : place + 1);
            if (isBegun) {
                octet(octet);
            }
        } else if (!utf8.isWithin()) {
            character(utf8.codePoint(), characterStart, place + 1);
        }
    }

    void take(int codePoint, long start, long end) throws JsonFault, X {
        switch (state) {
            case PLAIN -> plain(codePoint, start, end);
            case ESCAPE -> escape(codePoint, end);
            case HEX -> hex(codePoint, end);
            case ENDED -> throw new IllegalStateException("the string has ended");
        }
    }

    private void plain(int codePoint, long start, long end) throws JsonFault, X {
        if (codePoint == '\\') {
            escapeStart = start;
            state = State.ESCAPE;
        } else if (isBare() ? LenientJsonReader.endsWord(codePoint) : codePoint == quote) {
            flushHalf();
            state = State.ENDED;
        } else {
            require(isLenient || codePoint < 0 || codePoint >= ' ');
            character(codePoint, start, end);
        }
    }

    private void escape(int codePoint, long end) throws JsonFault, X {
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
            beginHex(HEX_DIGITS);
        } else if (codePoint == 'x' && isLenient) {
            beginHex(SHORT_HEX_DIGITS);
        } else {
            require(isLenient || plain >= 0);
            state = State.PLAIN;
            character(plain >= 0 ? plain : codePoint, escapeStart, end);
        }
    }

    private void beginHex(int count) {
        escape = 0;
        digitsLeft = count;
        state = State.HEX;
    }

    private void hex(int codePoint, long end) throws JsonFault, X {
        int digit = codePoint >= 0 && codePoint < 0x80 ? Character.digit(codePoint, 16) : -1;
        require(digit >= 0);
        escape = (escape << 4) | digit;
        if (--digitsLeft == 0) {
            state = State.PLAIN;
            character(escape, escapeStart, end);
        }
    }

    private void character(int codePoint, long start, long end) throws JsonFault, X {
        if (high != 0) {
            if (isHalf(codePoint) && codePoint >= Character.MIN_LOW_SURROGATE) {
                int whole = Character.toCodePoint((char) high, (char) codePoint);
                high = 0;
                give(whole, highStart, end);
                return;
            }
            flushHalf();
        }
        if (isHalf(codePoint) && codePoint <= Character.MAX_HIGH_SURROGATE) {
            high = codePoint;
            highStart = start;
            highEnd = end;
        } else {
            give(codePoint, start, end);
        }
    }

    private void flushHalf() throws JsonFault, X {
        if (high != 0) {
            int half = high;
            high = 0;
            give(half, highStart, highEnd);
        }
    }

    private void give(int codePoint, long start, long end) throws JsonFault, X {
        // Readers replace a half by U+FFFD or drop it, so that two different names may become equal.
        require(isLenient || !isName || limits.duplicates() || !isHalf(codePoint));
        measure(codePoint);
        if (isSeen && sink != null) {
            sink.character(codePoint, start, end);
        }
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private void measure(int codePoint) throws JsonFault {
        length += bytesOf(codePoint);
        if (isName) {
            if (length > limits.nameBytes()) {
                throw new JsonFault(Kind.NAME);
            }
            boolean isReplaced = isLenient && (codePoint < 0 || isHalf(codePoint));
            digest = (digest ^ (isReplaced ? REPLACEMENT : codePoint)) * DIGEST_FACTOR;
            digest ^= digest >>> 29;
        } else if (length > limits.stringBytes()) {
            throw new JsonFault(Kind.STRING);
        }
    }

    /**
     * Returns the number of UTF-8 bytes of a character. A surrogate counts as half of its character, and a negative
     * value as one byte.
     */
    private static int bytesOf(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        return codePoint < 0x800 || isHalf(codePoint) ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    private static void require(boolean holds) throws JsonFault {
        if (!holds) {
            throw new JsonFault(Kind.MALFORMED);
        }
    }
}
