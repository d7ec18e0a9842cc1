package io.policyengine.policies.content.shared.texts;

/** Receives the strings of a JSON text as they arrive. */
interface JsonStrings {
    /** Starts a member's name; returns the sink of its characters. */
    CharacterSink name(JsonPath of) throws ContentException;

    /** Starts a string value at a position; returns the sink of its characters. */
    CharacterSink value(JsonPath path, long start) throws ContentException;

    default void number(JsonPath path, String digits) {}

    /** Receives the number of names of open objects that the reader holds. */
    default void holdsNames(int count) {}

    /** Receives, at intervals, the position up to which the text has been read. */
    default void passed(long position) throws ContentException {}

    /**
     * Returns the position of the first undecided octet of the strings that have ended, as
     * {@link CharacterSink#undecidedFrom} does.
     */
    default long undecidedFrom() {
        return Long.MAX_VALUE;
    }

    /** Ends the strings because the text has ended or turned out not to be JSON. */
    void end() throws ContentException;
}
