package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;
import io.policyengine.policies.format.utf8.Utf8Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a JSON text (RFC 8259, in UTF-8 without a byte order mark) as its bytes come, wherever they are cut, and makes nothing of it: it
 * finds out whether the text is one, and within its limits. The verdict depends on the bytes alone, and falls with the first byte that
 * decides it.
 *
 * <p>It holds a few numbers for each level that is open, and, where names may not stand twice, 16 to 32 bytes for each name of the open
 * objects. Time is linear in the bytes.
 */
public final class JsonScanner {
    private static final String[] LITERALS = {"true", "false", "null"};
    private static final long DIGEST_START = 0xcbf29ce484222325L;
    private static final long DIGEST_FACTOR = 0x9E3779B97F4A7C15L;

    private final JsonLimits limits;
    private final Utf8Check utf8 = new Utf8Check();

    private State state = State.VALUE;
    private int depth;
    /** Of each open level: whether it is an object, and how much is in it. */
    private boolean[] objects = new boolean[16];

    private int[] counts = new int[16];
    private final List<NameSet> names = new ArrayList<>();

    private boolean inName;
    private int length;
    private long digest;
    private int escape;
    private int escapeDigits;
    private String literal = "";

    private enum State {
        /** A value is to come. */
        VALUE,
        /** The first element of an array, or its end. */
        FIRST_ELEMENT,
        /** The first name of an object, or its end. */
        FIRST_NAME,
        NAME,
        COLON,
        /** After a value: a comma, the end of what it is in, or of the text. */
        AFTER,
        STRING,
        ESCAPE,
        HEX,
        LITERAL,
        MINUS,
        ZERO,
        INTEGER,
        POINT,
        FRACTION,
        E,
        SIGN,
        EXPONENT;

        /** True if a number may end here. */
        boolean endsNumber() {
            return this == ZERO || this == INTEGER || this == FRACTION || this == EXPONENT;
        }
    }

    /** A reader before the first byte. */
    public JsonScanner(JsonLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes the next bytes.
     *
     * @throws JsonFault if no text that begins so is within the limits; the scanner is of no further use then
     */
    public void take(byte[] bytes, int start, int end) throws JsonFault {
        int i = start;
        while (i < end) {
            if (state == State.STRING) {
                i = string(bytes, i, end);
            } else {
                take(bytes[i] & 0xFF);
                i++;
            }
        }
    }

    /**
     * The text ends here.
     *
     * @throws JsonFault if it is not whole
     */
    public void end() throws JsonFault {
        boolean whole = depth == 0 && (state == State.AFTER || state.endsNumber());
        if (!whole) {
            throw malformed();
        }
    }

    /** Bytes of memory that it has for the names of objects. */
    public long heldBytes() {
        long all = 0;
        for (int i = 0; i < names.size(); i++) {
            all += names.get(i).heldBytes();
        }
        return all;
    }

    private static JsonFault malformed() {
        return new JsonFault(Kind.MALFORMED);
    }

    private void take(int octet) throws JsonFault {
        switch (state) {
            case MINUS, ZERO, INTEGER, POINT, FRACTION, E, SIGN, EXPONENT -> number(octet);
            case ESCAPE -> escape(octet);
            case HEX -> hex(octet);
            case LITERAL -> literal(octet);
            case VALUE, FIRST_ELEMENT, FIRST_NAME, NAME, COLON, AFTER, STRING -> {
                if (!isBlank(octet)) {
                    structure(octet);
                }
            }
        }
    }

    private static boolean isBlank(int octet) {
        return octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t';
    }

    private void structure(int octet) throws JsonFault {
        switch (state) {
            case VALUE -> value(octet);
            case FIRST_ELEMENT -> {
                if (octet == ']') {
                    close(false);
                } else {
                    value(octet);
                }
            }
            case FIRST_NAME -> {
                if (octet == '}') {
                    close(true);
                } else {
                    name(octet);
                }
            }
            case NAME -> name(octet);
            case COLON -> {
                require(octet == ':');
                state = State.VALUE;
            }
            case AFTER -> after(octet);
            case STRING, ESCAPE, HEX, LITERAL, MINUS, ZERO, INTEGER, POINT, FRACTION, E, SIGN, EXPONENT ->
                throw malformed();
        }
    }

    private static void require(boolean holds) throws JsonFault {
        if (!holds) {
            throw malformed();
        }
    }

    private void value(int octet) throws JsonFault {
        if (depth > 0 && !objects[depth - 1]) {
            count(limits.elements(), Kind.ELEMENTS);
        }
        switch (octet) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> {
                inName = false;
                beginString();
            }
            case '-' -> beginNumber(State.MINUS, 0);
            case '0' -> beginNumber(State.ZERO, 1);
            case 't', 'f', 'n' -> {
                literal = LITERALS[octet == 't' ? 0 : octet == 'f' ? 1 : 2];
                length = 1;
                state = State.LITERAL;
            }
            default -> {
                require(octet >= '1' && octet <= '9');
                beginNumber(State.INTEGER, 1);
            }
        }
    }

    private void count(int max, Kind kind) throws JsonFault {
        if (++counts[depth - 1] > max) {
            throw new JsonFault(kind);
        }
    }

    private void open(boolean object) throws JsonFault {
        if (depth == limits.depth()) {
            throw new JsonFault(Kind.DEPTH);
        }
        if (depth == counts.length) {
            objects = Arrays.copyOf(objects, depth * 2);
            counts = Arrays.copyOf(counts, depth * 2);
        }
        objects[depth] = object;
        counts[depth] = 0;
        if (names.size() == depth) {
            names.add(new NameSet());
        } else {
            names.get(depth).clear();
        }
        depth++;
        state = object ? State.FIRST_NAME : State.FIRST_ELEMENT;
    }

    private void close(boolean object) throws JsonFault {
        require(depth > 0 && objects[depth - 1] == object);
        depth--;
        state = State.AFTER;
    }

    private void after(int octet) throws JsonFault {
        switch (octet) {
            case '}' -> close(true);
            case ']' -> close(false);
            default -> {
                require(octet == ',' && depth > 0);
                state = objects[depth - 1] ? State.NAME : State.VALUE;
            }
        }
    }

    private void name(int octet) throws JsonFault {
        require(octet == '"');
        count(limits.members(), Kind.MEMBERS);
        inName = true;
        beginString();
    }

    private void beginString() {
        length = 0;
        digest = DIGEST_START;
        state = State.STRING;
    }

    private int string(byte[] bytes, int start, int end) throws JsonFault {
        for (int i = start; i < end; i++) {
            int octet = bytes[i];
            if (octet < 0 || utf8.isWithin()) {
                wide(octet & 0xFF);
            } else if (octet == '"') {
                endString();
                return i + 1;
            } else if (octet == '\\') {
                state = State.ESCAPE;
                return i + 1;
            } else {
                require(octet >= ' ');
                unit(octet, 1);
            }
        }
        return end;
    }

    private void wide(int octet) throws JsonFault {
        require(utf8.take(octet));
        if (!utf8.isWithin()) {
            int codePoint = utf8.codePoint();
            if (Character.isBmpCodePoint(codePoint)) {
                unit(codePoint, bytesOf(codePoint));
            } else {
                unit(Character.highSurrogate(codePoint), 2);
                unit(Character.lowSurrogate(codePoint), 2);
            }
        }
    }

    /** Bytes of a UTF-16 unit in UTF-8: half of those of its character if that has two. */
    private static int bytesOf(int unit) {
        return unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate((char) unit) ? 2 : 3;
    }

    private void unit(int unit, int bytes) throws JsonFault {
        length += bytes;
        if (inName) {
            if (length > limits.nameBytes()) {
                throw new JsonFault(Kind.NAME);
            }
            digest = (digest ^ unit) * DIGEST_FACTOR;
            digest ^= digest >>> 29;
        } else if (length > limits.stringBytes()) {
            throw new JsonFault(Kind.STRING);
        }
    }

    private void endString() throws JsonFault {
        if (inName) {
            if (!limits.duplicates() && !names.get(depth - 1).add(digest)) {
                throw new JsonFault(Kind.DUPLICATE);
            }
            state = State.COLON;
        } else {
            state = State.AFTER;
        }
    }

    private void escape(int octet) throws JsonFault {
        state = State.STRING;
        switch (octet) {
            case '"', '\\', '/' -> unit(octet, 1);
            case 'b' -> unit('\b', 1);
            case 'f' -> unit('\f', 1);
            case 'n' -> unit('\n', 1);
            case 'r' -> unit('\r', 1);
            case 't' -> unit('\t', 1);
            case 'u' -> {
                escape = 0;
                escapeDigits = 0;
                state = State.HEX;
            }
            default -> throw malformed();
        }
    }

    private void hex(int octet) throws JsonFault {
        int digit = Character.digit(octet, 16);
        require(digit >= 0 && octet < 0x80);
        escape = (escape << 4) | digit;
        if (++escapeDigits == 4) {
            state = State.STRING;
            unit(escape, bytesOf(escape));
        }
    }

    private void literal(int octet) throws JsonFault {
        require(octet == literal.charAt(length));
        if (++length == literal.length()) {
            state = State.AFTER;
        }
    }

    private void beginNumber(State first, int digits) throws JsonFault {
        length = digits;
        state = first;
        if (digits > limits.numberDigits()) {
            throw new JsonFault(Kind.NUMBER);
        }
    }

    private void number(int octet) throws JsonFault {
        if (octet >= '0' && octet <= '9') {
            digit(octet);
            return;
        }
        switch (octet) {
            case '.' -> {
                require(state == State.ZERO || state == State.INTEGER);
                state = State.POINT;
            }
            case 'e', 'E' -> {
                require(state == State.ZERO || state == State.INTEGER || state == State.FRACTION);
                state = State.E;
            }
            case '+', '-' -> {
                require(state == State.E);
                state = State.SIGN;
            }
            default -> {
                require(state.endsNumber());
                state = State.AFTER;
                take(octet);
            }
        }
    }

    private void digit(int octet) throws JsonFault {
        require(state != State.ZERO);
        if (++length > limits.numberDigits()) {
            throw new JsonFault(Kind.NUMBER);
        }
        state = switch (state) {
            case MINUS -> octet == '0' ? State.ZERO : State.INTEGER;
            case POINT -> State.FRACTION;
            case E, SIGN -> State.EXPONENT;
            case ZERO, INTEGER, FRACTION, EXPONENT -> state;
            case VALUE, FIRST_ELEMENT, FIRST_NAME, NAME, COLON, AFTER, STRING, ESCAPE, HEX, LITERAL ->
                throw malformed();
        };
    }
}
