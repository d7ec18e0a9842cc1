package io.policyengine.policies.content.shared.content;

/** Receives the strings of a JSON text as they arrive. */
interface JsonStrings {
    /** Starts a member's name; returns the sink of its characters. */
    CharacterSink name(JsonPath of) throws ContentException;

    /** Starts a string value at this position; returns the sink of its characters. */
    CharacterSink value(JsonPath path, long start) throws ContentException;

    default void number(JsonPath path, String digits) {}

    /** Reports how many names of open objects the reader holds. */
    default void holdsNames(int count) {}

    /** Reports, now and then, the position up to which the text has been read. */
    default void passed(long position) throws ContentException {}

    /** As {@link CharacterSink#undecidedFrom}, for strings that have ended. */
    default long undecidedFrom() {
        return Long.MAX_VALUE;
    }

    /** Ends the strings, since the text has ended or is no longer JSON. */
    void end() throws ContentException;
}
