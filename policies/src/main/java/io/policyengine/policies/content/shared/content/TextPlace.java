package io.policyengine.policies.content.shared.content;

/**
 * The place of a text in a body.
 *
 * @param name of the innermost member, form field or part whose value it is; empty if none
 * @param path in JSON, such as {@code choices[0].delta.content}; empty elsewhere, and cut off if long
 */
public record TextPlace(Kind kind, String name, String path) {
    private static final TextPlace PLAIN = new TextPlace(Kind.PLAIN, "", "");

    /** The kinds of places. */
    public enum Kind {
        /** The original text of a whole body, part or value. Structure in it is read as further texts. */
        PLAIN,
        /** A string of JSON, or the pieces of one message as one text. */
        JSON_VALUE,
        /** A piece of a message by itself, which belongs to the text of the whole message as well. */
        JSON_PIECE,
        JSON_NAME,
        /** The strings of one path in the events of a stream, as one text. */
        STREAMED_VALUE,
        /** The data of a stream's events that is not JSON, as one text. */
        STREAMED_DATA,
        /** A line of an event that is not data. */
        EVENT_FIELD,
        FORM_NAME,
        FORM_VALUE,
        /** A header line of a part of multipart. */
        PART_HEADER
    }

    /** Returns the place of an original text. */
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
