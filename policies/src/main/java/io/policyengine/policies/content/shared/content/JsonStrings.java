package io.policyengine.policies.content.shared.content;

/** Takes the strings of a JSON text, as they come. */
interface JsonStrings {
    /** A member's name begins. */
    CharacterSink name(JsonPath of) throws ContentException;

    /** A string that is a value begins, at this position. */
    CharacterSink value(JsonPath path, long start) throws ContentException;

    /** A number is a value. */
    default void number(JsonPath path, String digits) {}

    /** The reader holds so many names of open objects. */
    default void holdsNames(int count) {}

    /** The text has been read up to this position. Told now and then. */
    default void passed(long position) throws ContentException {}

    /** As {@link CharacterSink#undecidedFrom}, of strings that have ended. */
    default long undecidedFrom() {
        return Long.MAX_VALUE;
    }

    /** The text ends here, or is no JSON any more. */
    void end() throws ContentException;
}
