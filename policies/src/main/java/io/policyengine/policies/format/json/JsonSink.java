package io.policyengine.policies.format.json;

/**
 * Receives the parts of a JSON text from a {@link JsonReader}, in order. A position is the number of octets before it
 * in the text.
 *
 * @param <X> the exceptions with which a sink may end the reading
 */
public interface JsonSink<X extends Exception> {
    /** Receives the beginning of an object or array; {@code start} is the position of its brace or bracket. */
    default void open(boolean isObject, long start) throws X {}

    /** Receives the end of the innermost object or array; {@code end} is the position after its last octet. */
    default void close(long end) throws X {}

    /** Receives the comma before the next member or element of the innermost object or array. */
    default void comma() throws X {}

    /** Receives the beginning of a member's name, with the positions of its quotation mark. */
    default void beginName(long start, long end) throws X {}

    /** Receives the beginning of a string that is a value, with the positions of its quotation mark. */
    default void beginString(long start, long end) throws X {}

    /** Returns whether the sink wants the characters of the name or string that has just begun. */
    default boolean wantsCharacters() {
        return true;
    }

    /**
     * Receives a character of the name or string, with its escape decoded. The character may be an unpaired surrogate.
     */
    default void character(int codePoint, long start, long end) throws X {}

    /** Receives the end of the name; {@code end} is the position after its quotation mark. */
    default void endName(long end) throws X {}

    /** Receives the end of the string; {@code end} is the position after its quotation mark. */
    default void endString(long end) throws X {}

    /** Receives the next character of a number. The first such call after another part begins the number. */
    default void digit(int character, long start) throws X {}

    /** Receives the end of the number; {@code end} is the position after its last octet. */
    default void endNumber(long end) throws X {}

    /**
     * Receives {@code true}, {@code false} or {@code null}, or another word that lenient readers accept, by its first
     * letter.
     */
    default void literal(char first, long end) throws X {}
}
