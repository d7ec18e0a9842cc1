package io.policyengine.policies.content.shared.entities;

/**
 * Finds entities of one kind. Stateless: a result depends only on at most {@link #longest} characters from the start of
 * the entity and {@link Window#CONTEXT} characters before it.
 */
interface Detector {
    /** The result if no entity begins at a position. */
    int NONE = -1;

    Entity entity();

    /** Returns the maximum number of characters that are read from the start of a possible entity. */
    int longest();

    /** Returns whether an entity may begin with the character, which must be normalized as by {@link Window#at}. */
    boolean mayBeginWith(char first);

    /** Returns whether an entity may begin directly after an ASCII letter. */
    default boolean mayBeginBehindALetter() {
        return false;
    }

    /**
     * Returns the end of the entity that begins at {@code start}, or {@link #NONE}. The result is valid only if the
     * call has not read {@linkplain Window#isStarved beyond the available text}.
     *
     * @param start position of a character that {@linkplain #mayBeginWith may begin an entity}
     */
    int match(Window text, int start);

    /**
     * Returns whether a detector that waits for more text still waits after the character {@code c}. The match is tried
     * again after the first character for which the result is false.
     */
    default boolean starvesOn(int c) {
        return false;
    }

    /**
     * Returns whether a match of the given length reached the maximum length, so that the entity may continue after it.
     */
    default boolean isCut(int length) {
        return false;
    }

    /**
     * Returns the end of the text that continues a {@linkplain #isCut cut} match; {@code start} if no text continues
     * it.
     */
    default int goOn(Window text, int start) {
        return start;
    }
}
