package io.policyengine.policies.format.events;

/**
 * The syntax of a stream of server-sent events (WHATWG HTML §9.2), unit by unit: what each unit is. Units are octets of UTF-8 or characters, since
 * all that matters is in ASCII, but for the byte order mark. Lines end with CR, LF or both. Keeps a few numbers, nothing of the stream.
 */
public final class EventScanner {
    private static final int[] MARK_IN_OCTETS = {0xEF, 0xBB, 0xBF};
    private static final int[] MARK_AS_CHARACTER = {0xFEFF};
    private static final int[] NO_MARK = {};

    /** Length of the longest known name of a field of an event, in characters. */
    private static final int LONGEST_NAME = 5;

    private static final long OTHER_NAME = -1;
    private static final long DATA = packed("data");
    private static final long EVENT = packed("event");
    private static final long ID = packed("id");
    private static final long RETRY = packed("retry");

    private final int[] mark;
    /** Units of the byte order mark that have come. */
    private int marked;

    private boolean afterReturn;
    private boolean lineEnded = true;
    private int length;
    /** The name so far, of ASCII and no longer than any that is known. */
    private long name;

    private int colon = -1;
    private int value;
    private Field field = Field.OTHER;

    /** Meanings of a unit. */
    public enum Token {
        /** The octet belongs to no line: a byte order mark in front of the stream, or the second half of a line end. */
        SKIPPED,
        /** The octet belongs to a field's name, or is the blank in front of its value. */
        NAME,
        /** The colon behind the name of a field, or in front of a comment. */
        COLON,
        /** The octet belongs to the value of a field, or to a comment. */
        VALUE,
        /** The octet ends a line that is a field or a comment. */
        LINE_END,
        /** The octet ends an empty line, and with it the event. */
        EVENT_END
    }

    /** Fields of an event. */
    public enum Field {
        COMMENT,
        DATA,
        EVENT,
        ID,
        RETRY,
        /** A field that is ignored. */
        OTHER
    }

    private EventScanner(int[] mark) {
        this.mark = mark;
    }

    /** Returns a scanner of octets before the first one. */
    public static EventScanner ofOctets() {
        return new EventScanner(MARK_IN_OCTETS);
    }

    /** Returns a scanner of octets behind an event of the stream, where a byte order mark is none. */
    public static EventScanner ofLaterOctets() {
        return new EventScanner(NO_MARK);
    }

    /** Returns a scanner of characters before the first one. */
    public static EventScanner ofCharacters() {
        return new EventScanner(MARK_AS_CHARACTER);
    }

    private static long packed(String name) {
        long packed = 0;
        for (int i = 0; i < name.length(); i++) {
            packed = (packed << 8) | name.charAt(i);
        }
        return packed;
    }

    /** Takes the next unit. */
    public Token take(int unit) {
        if (marked < mark.length && isMark(unit)) {
            return Token.SKIPPED;
        }
        if (unit == '\n' && afterReturn) {
            afterReturn = false;
            return Token.SKIPPED;
        }
        if (lineEnded) {
            beginLine();
        }
        afterReturn = unit == '\r';
        if (unit == '\n' || unit == '\r') {
            return endLine();
        }
        int at = length;
        length++;
        if (colon >= 0) {
            boolean isBlank = unit == ' ' && at == colon + 1;
            value += isBlank ? 1 : 0;
            return isBlank ? Token.NAME : Token.VALUE;
        }
        if (unit == ':') {
            colon = at;
            value = at + 1;
            field = named();
            return Token.COLON;
        }
        boolean mayBeKnown = at < LONGEST_NAME && unit > 0 && unit < 0x80 && name != OTHER_NAME;
        name = mayBeKnown ? (name << 8) | unit : OTHER_NAME;
        return Token.NAME;
    }

    /** Returns whether it belongs to the byte order mark. Where the mark does not go on, its units begin a field of another name. */
    private boolean isMark(int unit) {
        if (unit == mark[marked]) {
            marked++;
            return true;
        }
        if (marked > 0) {
            beginLine();
            length = marked;
            name = OTHER_NAME;
        }
        marked = mark.length;
        return false;
    }

    private void beginLine() {
        lineEnded = false;
        length = 0;
        name = 0;
        colon = -1;
    }

    private Token endLine() {
        lineEnded = true;
        if (length == 0) {
            return Token.EVENT_END;
        }
        if (colon < 0) {
            field = named();
            value = length;
        }
        return Token.LINE_END;
    }

    private Field named() {
        if (length == 1 && colon == 0) {
            return Field.COMMENT;
        }
        if (name == DATA) {
            return Field.DATA;
        }
        if (name == EVENT) {
            return Field.EVENT;
        }
        if (name == ID) {
            return Field.ID;
        }
        return name == RETRY ? Field.RETRY : Field.OTHER;
    }

    /** Returns the field of the line, from its colon or its end on. */
    public Field field() {
        return field;
    }

    /** Returns the number of units of the line in front of its value, from its end on. */
    public int valueAt() {
        return value;
    }

    /** Returns whether a colon stands behind the name of the line's field. */
    public boolean hasColon() {
        return colon >= 0;
    }

    /** Returns whether the next unit of the line belongs to the value of data. */
    public boolean isInData() {
        return !lineEnded && colon >= 0 && field == Field.DATA && length > colon + 1;
    }
}
