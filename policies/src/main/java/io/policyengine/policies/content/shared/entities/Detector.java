package io.policyengine.policies.content.shared.entities;

/**
 * Finds one kind of entity. Stateless: its result depends only on the text, of which it reads at most {@link #longest}
 * characters from the start and {@link Window#CONTEXT} before it.
 */
interface Detector {
    /** The absence of an entity, in place of an end. */
    int NONE = -1;

    Entity entity();

    /** Returns the maximum number of characters that are read from the start of an entity. */
    int longest();

    /** Returns whether an entity may begin with the character, as {@link Window#at} returns it. */
    boolean mayBeginWith(char first);

    /** True if an entity may begin behind an ASCII letter. */
    default boolean mayBeginBehindALetter() {
        return false;
    }

    /**
     * Returns the end of the entity that begins at {@code start}, or {@link #NONE}. Valid only if the window was not
     * {@linkplain Window#isStarved starved} meanwhile.
     *
     * @param start of a character that {@linkplain #mayBeginWith may be the first}
     */
    int match(Window text, int start);

    /** Returns whether a starved match remains starved after the character, so that it need not be tried again. */
    default boolean starvesOn(int c) {
        return false;
    }

    /** Returns whether an entity of this length was cut at {@link #longest}, so that it may continue. */
    default boolean isCut(int length) {
        return false;
    }

    /** Returns the end of the continuation of a cut entity, or else {@code start}. */
    default int goOn(Window text, int start) {
        return start;
    }
}
