package io.policyengine.policies.format.events;

/**
 * Classifies a stream of server-sent events (WHATWG HTML §9.2) unit by unit. A unit is an octet of UTF-8 or a
 * character, since only ASCII and the byte order mark matter. Lines end with CR, LF or both. Holds a few numbers, but
 * no part of the stream.
 */
public final class EventScanner {
    private static final int[] MARK_IN_OCTETS = {0xEF, 0xBB, 0xBF};
    private static final int[] MARK_AS_CHARACTER = {0xFEFF};
    private static final int[] NO_MARK = {};

    /** Maximum length of the name of a known event field, in characters. */
    private static final int LONGEST_NAME = 5;

    private static final long OTHER_NAME = -1;
    private static final long DATA = packed("data");
    private static final long EVENT = packed("event");
    private static final long ID = packed("id");
    private static final long RETRY = packed("retry");

    private final int[] mark;
    /** The number of units of the byte order mark seen so far. */
    private int marked;

    private boolean afterReturn;
    private boolean lineEnded = true;
    private int length;
    /** The characters of the field's name so far, packed as ASCII; at most as many as the longest known name has. */
    private long name;

    private int colon = -1;
    private int value;
    private Field field = Field.OTHER;

    /** The meaning of a unit. */
    public enum Token {
        /** A unit that belongs to no line: a leading byte order mark, or the second half of a line end. */
        SKIPPED,
        /** A unit of a field's name, or the blank before its value. */
        NAME,
        /** The colon after a field's name, or at the start of a comment. */
        COLON,
        /** A unit of a field's value, or of a comment. */
        VALUE,
        /** The end of a line with a field or a comment. */
        LINE_END,
        /** The end of an empty line, which ends the event. */
        EVENT_END
    }

    /** The fields of an event. */
    public enum Field {
        COMMENT,
        DATA,
        EVENT,
        ID,
        RETRY,
        /** A field that clients ignore. */
        OTHER
    }

    private EventScanner(int[] mark) {
        this.mark = mark;
    }

    /** Returns a scanner of octets, at the beginning of a stream. */
    public static EventScanner ofOctets() {
        return new EventScanner(MARK_IN_OCTETS);
    }

    /** Returns a scanner of octets after an event of the stream, where a byte order mark has no meaning. */
    public static EventScanner ofLaterOctets() {
        return new EventScanner(NO_MARK);
    }

    /** Returns a scanner of characters, at the beginning of a stream. */
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

    /** Classifies the next unit. */
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

    /**
     * Returns whether the unit belongs to the byte order mark. If the mark turns out to be incomplete, its units become
     * part of a field name.
     */
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

    /** Returns the field of the current line. Valid once the colon or the end of the line has been classified. */
    public Field field() {
        return field;
    }

    /** Returns the offset of the value in its line, in units. Valid once the end of the line has been classified. */
    public int valueAt() {
        return value;
    }

    /** Returns whether the line has a colon after the field's name. */
    public boolean hasColon() {
        return colon >= 0;
    }

    /** Returns whether the next unit of the line belongs to the value of a data field. */
    public boolean isInData() {
        return !lineEnded && colon >= 0 && field == Field.DATA && length > colon + 1;
    }
}
