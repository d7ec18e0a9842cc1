package io.policyengine.policies.content.shared.texts;

/**
 * The place of a text in a body.
 *
 * @param name the innermost JSON member or form field that has the text as its value; empty if there is none
 * @param path in JSON, such as {@code choices[0].delta.content}; empty elsewhere, and cut off if long
 */
public record TextPlace(Kind kind, String name, String path) {
    private static final TextPlace PLAIN = new TextPlace(Kind.PLAIN, "", "");

    /** The kinds of places. */
    public enum Kind {
        /**
         * The text of a whole body, part or value as written. If it contains a structure, further texts are read from
         * it.
         */
        PLAIN,
        /** A string of JSON, or the joined pieces of one message. */
        JSON_VALUE,
        /** A single piece of a message, which is also contained in the text of the whole message. */
        JSON_PIECE,
        JSON_NAME,
        /** The joined strings at one path of a stream's events. */
        STREAMED_VALUE,
        /** The joined data of a stream's events that are not JSON. */
        STREAMED_DATA,
        /** A line of an event, other than its data. */
        EVENT_FIELD,
        FORM_NAME,
        FORM_VALUE,
        /** A header line of a part of a multipart body. */
        PART_HEADER
    }

    /** Returns the place of a text of kind {@link Kind#PLAIN}. */
    static TextPlace plain() {
        return PLAIN;
    }

    /** Returns a place without a path. */
    static TextPlace of(Kind kind, String name) {
        return new TextPlace(kind, name, "");
    }

    /** Returns whether the text is a name rather than a value. */
    public boolean isName() {
        return kind == Kind.JSON_NAME || kind == Kind.FORM_NAME;
    }
}
