package io.policyengine.policies.content.shared.content;

/**
 * The place of a text in a body.
 *
 * @param name of the innermost member, form field or part that it is the value of; empty if there is none
 * @param path of JSON, as {@code choices[0].delta.content}; empty elsewhere, and cut off where it is long
 */
public record TextPlace(Kind kind, String name, String path) {
    private static final TextPlace PLAIN = new TextPlace(Kind.PLAIN, "", "");

    /** The kinds of places. */
    public enum Kind {
        /** The whole of a body, part or value as it stands. What is structure in it is read as well, by another text. */
        PLAIN,
        /** A string of JSON, or the pieces of one message as one text. */
        JSON_VALUE,
        /** A piece of a message by itself: it stands in the text of the whole message as well. */
        JSON_PIECE,
        /** A member's name in JSON. */
        JSON_NAME,
        /** The strings of one path in the events of a stream, as one text. */
        STREAMED_VALUE,
        /** The data of a stream's events that is not JSON, as one text. */
        STREAMED_DATA,
        /** A line of an event that is not data. */
        EVENT_FIELD,
        /** The name of a form's field. */
        FORM_NAME,
        /** The value of a form's field. */
        FORM_VALUE,
        /** A header line of a part of multipart. */
        PART_HEADER
    }

    /** A text that is no value of anything. */
    static TextPlace plain() {
        return PLAIN;
    }

    /** A place without a path. */
    static TextPlace of(Kind kind, String name) {
        return new TextPlace(kind, name, "");
    }

    /** True if it is a name rather than what is said under a name. */
    public boolean isName() {
        return kind == Kind.JSON_NAME || kind == Kind.FORM_NAME;
    }
}
